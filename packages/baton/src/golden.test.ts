import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { baton, scratchFolder } from './testing/program.ts';
import { writeSmallCompany } from './testing/small-company.ts';

// What each command prints for a small company. To renew after a wanted change: GOLDEN=write, then read the difference.

const golden = join(import.meta.dirname, 'golden');
const folder = scratchFolder({ after });
let syncId = '';
before(async () => {
  syncId = await writeSmallCompany(join(folder, 'sync.c1z'));
});

const commands: readonly (readonly string[])[] = [
  ['resource-types'],
  ['resources'],
  ['entitlements'],
  ['grants'],
  ['principals'],
  ['access', '-t', 'user', '-r', 'ann'],
  ['syncs'],
  ['stats'],
];

/** Where a format beside these two shows something that another command does not. */
const formats: Readonly<Record<string, readonly string[]>> = {
  grants: ['console', 'json', 'jsonl', 'csv'],
  access: ['console', 'json', 'jsonl', 'csv'],
  stats: ['console', 'json', 'csv'],
};

for (const command of commands) {
  for (const format of formats[command[0] ?? ''] ?? ['console', 'json']) {
    const file = `${command[0]}.${format}.txt`;
    test(`${command.join(' ')} -o ${format} prints golden/${file}`, async () => {
      const { exitCode, stdout, stderr } = await baton([...command, '-o', format], { cwd: folder });
      assert.deepEqual([exitCode, stderr], [0, '']);
      compare(file, stdout);
    });
  }
}

function compare(file: string, printed: string): void {
  const path = join(golden, file);
  const text = printed
    .replaceAll(syncId || '\0', '<sync id>                  ')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/\b[\d.]+s\b/g, '<duration>');
  if (process.env['GOLDEN'] === 'write') writeFileSync(path, text);
  assert.ok(existsSync(path), `${path} is missing; make it with GOLDEN=write`);
  assert.equal(text, readFileSync(path, 'utf8'));
}
