import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..', '..', '..');
const generated = join('packages', 'protocol', 'src', 'gen');

test('the generated code is what the .proto files give', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-generate-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'generate.mjs'), folder], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.equal(status, 0, stderr);
  assert.deepEqual(
    staleFiles(filesBelow(join(root, generated)), filesBelow(join(folder, generated))),
    [],
    'packages/protocol/src/gen is not what proto/ gives. Run: npm run generate',
  );
});

function filesBelow(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

function staleFiles(committed: ReadonlyMap<string, string>, fresh: ReadonlyMap<string, string>): string[] {
  const names = new Set([...committed.keys(), ...fresh.keys()]);
  return [...names].filter((name) => committed.get(name) !== fresh.get(name)).sort();
}
