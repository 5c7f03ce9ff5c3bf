import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./cli/demo-connector.test-program.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'baton-demo-'));
after(() => rmSync(folder, { recursive: true }));

function run(args: readonly string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, ['--conditions=x-source', program, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    encoding: 'utf8',
    timeout: 20_000,
  });
}

test('config prints only the schema, with two spaces, escaped, and without a newline at the end', () => {
  const { status, stdout, stderr } = run(['config']);
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^\{\n {2}"fields": \[/);
  assert.ok(stdout.endsWith('\n}'));
  assert.match(stdout, /the \\u003cdemo\\u003e/);
  const names = JSON.parse(stdout).fields.map((field: { name: string }) => field.name);
  assert.deepEqual(names, [
    'log-level',
    'log-level-debug-expires-at',
    'otel-collector-endpoint',
    'otel-collector-endpoint-tls-cert-path',
    'otel-collector-endpoint-tls-cert',
    'otel-collector-endpoint-tls-insecure',
    'otel-tracing-disabled',
    'otel-logging-disabled',
    'health-check',
    'health-check-port',
    'health-check-bind-address',
    'http-timeout-seconds',
    'demo-key',
    'demo-region',
  ]);
});

test('capabilities prints only JSON and needs no credentials', () => {
  const { status, stdout, stderr } = run(['capabilities']);
  assert.deepEqual([status, stderr], [0, '']);
  const printed = JSON.parse(stdout);
  assert.equal(printed['@type'], 'type.googleapis.com/c1.connector.v2.ConnectorCapabilities');
  assert.deepEqual(printed.resourceTypeCapabilities[0].capabilities, ['CAPABILITY_SYNC']);
  assert.deepEqual(printed.resourceTypeCapabilities[0].permissions, { permissions: [{ permission: 'people.read' }] });
  assert.deepEqual(printed.credentialDetails, {});
});

test('help explains required settings, their variables and defaults, and hides what is hidden', () => {
  const { status, stdout } = run(['--help']);
  assert.equal(status, 0);
  assert.match(stdout, /--demo-key string +required: The key of the <demo> \(\$BATON_DEMO_KEY\)/);
  assert.match(stdout, /-f, --file string .*\(\$BATON_FILE\) \(default "sync.c1z"\)/);
  assert.doesNotMatch(stdout, /--demo-url|--parallel-sync/);
});

test('version is one line', () => {
  assert.equal(run(['--version']).stdout, 'baton-demo version 1.2.3\n');
});

test('a missing setting is one line on stderr and exit code 2', () => {
  const { status, stdout, stderr } = run([]);
  assert.deepEqual([status, stdout], [2, '']);
  assert.equal(stderr, 'required flag(s) "demo-key" not set; give the flag or set BATON_DEMO_KEY\n');
});

test('a stray word is refused with the likely command', () => {
  const { status, stderr } = run(['capabilites']);
  assert.equal(status, 2);
  assert.match(stderr, /^unknown command "capabilites" for "baton-demo"; did you mean "capabilities"\?\n$/);
});

test('every shell gets a script that its own parser accepts, where the shell is here', () => {
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
    const { status, stdout } = run(['completion', shell]);
    assert.equal(status, 0, shell);
    assert.match(stdout, /demo-key/);
    if (shell === 'bash') assert.equal(spawnSync('bash', ['-n'], { input: stdout }).status, 0);
  }
});

// A stand-in for Windows, as far as the choice of commands goes.
const onWindows = ['--import', "data:text/javascript,Object.defineProperty(process,'platform',{value:'win32'})"];

function runOnWindows(args: readonly string[]) {
  return spawnSync(process.execPath, ['--conditions=x-source', ...onWindows, program, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '' },
    encoding: 'utf8',
    timeout: 20_000,
  });
}

test('the commands of the Windows service are there on Windows alone', () => {
  const { stdout } = runOnWindows(['--help']);
  for (const word of ['setup', 'start', 'stop', 'status', 'remove']) {
    assert.match(stdout, new RegExp(`^ {2}${word} +[A-Z]`, 'm'));
    const { status, stderr } = run([word]);
    assert.equal(status, 2, word);
    assert.match(stderr, new RegExp(`^unknown command "${word}"`));
  }
});

test('setup on Windows needs the single executable, and says so', () => {
  const { status, stderr } = runOnWindows(['setup']);
  assert.equal(status, 9);
  assert.match(stderr, /single executable baton-demo\.exe/);
});

test('the commands of the Windows service refuse flags, which they could not heed', () => {
  const { status, stderr } = runOnWindows(['setup', '--client-id', 'x@y/z']);
  assert.equal(status, 2);
  assert.match(stderr, /takes no flags, and --client-id would have no effect/);
});
