import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { baton, scratchFolder } from '../testing/program.ts';

const folder = scratchFolder({ after });

it('refuses to review an empty file, and writes no page', async () => {
  const [file, out] = [join(folder, 'empty.c1z'), join(folder, 'page.html')];
  writeFileSync(file, '');
  const { exitCode, stderr } = await baton(['review', '-f', file, '--out', out]);
  assert.notEqual(exitCode, 0);
  assert.match(stderr, /empty\.c1z/);
  assert.equal(existsSync(out), false);
});
