import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

test('the reference of the SDK is what its doc comments say', () => {
  const args = [join(root, 'scripts', 'sdk-reference.mjs'), '--print'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(stderr, '');
  const written = readFileSync(join(root, 'docs', 'sdk-reference.md'), 'utf8');
  assert.ok(stdout === written, 'docs/sdk-reference.md is older than the code. Run: npm run generate');
});
