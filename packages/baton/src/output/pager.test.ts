import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { scratchFolder } from '../testing/program.ts';
import { startPager } from './pager.ts';

const folder = scratchFolder({ after });
const path = process.env['PATH'] ?? '';

test('what is written goes through $PAGER, and its end is waited for', {
  skip: process.platform === 'win32',
}, async () => {
  const file = join(folder, 'seen');
  const pager = await startPager({ PATH: path, PAGER: `cat > '${file}'` });
  assert.ok(pager);
  pager.input.write('rows\n');
  await pager.ended();
  assert.equal(readFileSync(file, 'utf8'), 'rows\n');
});

test('a pager that is left early ends the work quietly', { skip: process.platform === 'win32' }, async () => {
  const pager = await startPager({ PATH: path, PAGER: 'true' });
  assert.ok(pager);
  for (let write = 0; write < 10; write += 1) pager.input.write('x'.repeat(100_000));
  await pager.ended();
});

test('a pager that does not exist is named', { skip: process.platform === 'win32' }, async () => {
  const pager = await startPager({ PATH: path, PAGER: 'no-such-pager 2> /dev/null' });
  assert.ok(pager);
  await assert.rejects(pager.ended(), { message: /^PAGER is "no-such-pager/ });
});

test('there is no pager when it is turned off, empty, or not installed', async () => {
  assert.equal(await startPager({ PATH: path, PAGER: 'cat', BATON_NO_PAGER: '1' }), undefined);
  assert.equal(await startPager({ PATH: path, PAGER: '' }), undefined);
  assert.equal(await startPager({ PATH: folder }), undefined);
});
