import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const packageJson: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
assert.ok(typeof packageJson === 'object' && packageJson !== null && 'version' in packageJson);
const version = String(packageJson.version);

const run = (args: readonly string[], env = {}) =>
  spawnSync(process.execPath, ['--conditions=x-source', main, ...args], { encoding: 'utf8', env }).stdout;

test('the version is one line with that of the package', () => {
  assert.equal(run(['--version']), `console version ${version}\n`);
});

test('the version as JSON tells the platform', () => {
  const said = JSON.parse(run(['--version', '--output', 'json']));
  assert.deepEqual(
    [said.name, said.version, said.platform, said.arch],
    ['console', version, process.platform, process.arch],
  );
});

test('variables that others set do not ask for the version', () => {
  assert.match(run(['--help'], { CONSOLE_VERSION: '3', CONSOLE_OUTPUT: 'plain' }), /Usage:/);
});
