import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { FlagValue } from '@baton-ts/command-line';
import { Secret } from '../secret.ts';
import { builtInFlags } from './built-in-flags.ts';
import { connectorFlags } from './connector-flags.ts';
import { debugUntil } from './run-settings.ts';
import { loadSettings } from './settings.ts';

const fields = { 'demo-key': { kind: 'secret', required: true, description: 'Key' } } as const;
const specs = [...connectorFlags(fields, 'Demo'), ...builtInFlags];
const folder = mkdtempSync(join(tmpdir(), 'settings-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function configFile(text: string): string {
  files += 1;
  const path = join(folder, `${files}.yaml`);
  writeFileSync(path, text);
  return path;
}
const load = (flags: Record<string, FlagValue>, env: Record<string, string>) =>
  loadSettings(specs, new Map(Object.entries({ 'demo-key': 'key-123', ...flags })), env);

test('a flag wins over the environment, which wins over the file, which wins over the default', async () => {
  const path = configFile('file: from-file\nworkers: 3\nlog-level: error\n');
  const env = { BATON_CONFIG_PATH: path, BATON_FILE: 'from-env', BATON_WORKERS: '0x4' };
  const { settings } = await load({ file: 'from-flag' }, env);
  assert.equal(settings.string('file'), 'from-flag');
  assert.equal(settings.int('workers'), 4);
  assert.equal(settings.string('log-level'), 'error');
  assert.equal(settings.int('http-timeout-seconds'), 300);
});

test('a list follows the same precedence: it replaces', async () => {
  const path = configFile('sync-resource-types: [a, "b,c"]\n');
  assert.deepEqual((await load({}, { BATON_CONFIG_PATH: path })).settings.strings('sync-resource-types'), ['a', 'b,c']);
  const env = { BATON_CONFIG_PATH: path, BATON_SYNC_RESOURCE_TYPES: 'd,"e,f"' };
  assert.deepEqual((await load({}, env)).settings.strings('sync-resource-types'), ['d', 'e,f']);
  assert.deepEqual((await load({ 'sync-resource-types': ['g'] }, env)).settings.strings('sync-resource-types'), ['g']);
});

test('a secret reaches the connector as one', async () => {
  const { settings } = await load({}, {});
  const { 'demo-key': key } = settings.connectorValues(fields);
  assert.ok(key instanceof Secret);
  assert.equal(key.reveal(), 'key-123');
});

test('a required setting that nobody set is named with its variable', async () => {
  await assert.rejects(load({ 'demo-key': '' }, {}), {
    code: 2,
    message: 'required flag(s) "demo-key" not set; give the flag or set BATON_DEMO_KEY',
  });
});

test('a wrong boolean or number in the environment is refused by name', async () => {
  await assert.rejects(load({}, { BATON_SKIP_GRANTS: 'yes' }), {
    message: 'invalid "yes" in BATON_SKIP_GRANTS: expected true or false',
  });
  await assert.rejects(load({}, { BATON_WORKERS: 'ten' }), /BATON_WORKERS: expected a whole number/);
});

test('a config file that is missing or no YAML is refused, with the line', async () => {
  await assert.rejects(load({}, { BATON_CONFIG_PATH: '/no/such.yaml' }), /\/no\/such\.yaml does not exist/);
  const path = configFile('file: a\nworkers: [1\n: {');
  await assert.rejects(load({}, { BATON_CONFIG_PATH: path }), /is not valid YAML, line \d/);
});

test('an unknown key in the config file is a warning with the likely spelling', async () => {
  const { warnings } = await load({}, { BATON_CONFIG_PATH: configFile('worker: 3\n') });
  assert.match(warnings.join(), /unknown setting "worker".*did you mean "workers"/);
});

test('a setting of another version is refused, not ignored', async () => {
  await assert.rejects(load({}, { BATON_TICKETING: 'true' }), {
    code: 12,
    message: /BATON_TICKETING is set, but tickets is not available in this version/,
  });
});

test('a number out of range, a bad log level and pebble are refused', async () => {
  await assert.rejects(load({ 'http-timeout-seconds': 0 }, {}), /http-timeout-seconds.*value must be at least 1/);
  await assert.rejects(load({ 'log-level': 'loud' }, {}), /log-level.*value must be one of debug/);
  await assert.rejects(load({ 'storage-engine': 'pebble' }, {}), /value must be sqlite/);
});

test('skip-grants without resources is refused', async () => {
  await assert.rejects(load({ 'skip-grants': true }, {}), /skip-grants needs sync-resources/);
});

test('a health setting without health checks is refused, naming what was set', async () => {
  await assert.rejects(
    load({}, { BATON_HEALTH_CHECK_PORT: '9000' }),
    /^BatonError: BATON_HEALTH_CHECK_PORT is set, but not health-check/,
  );
  await assert.rejects(load({ 'health-check-bind-address': '::' }, {}), /--health-check-bind-address is set, but not/);
  await load({ 'health-check-port': 9000, 'health-check': true }, {});
});

test('the end of debug logging is a point in time', async () => {
  const { settings } = await load({ 'log-level-debug-expires-at': '2030-01-31T12:00:00+02:00' }, {});
  assert.deepEqual(debugUntil(settings), new Date('2030-01-31T10:00:00Z'));
  assert.equal(debugUntil((await load({}, {})).settings), undefined);
});

test('an end of debug logging that is no point in time is refused', async () => {
  for (const text of ['tomorrow', '2030-01-31', '2030-01-31T12:00:00', '2030-02-31T12:00:00Z', '1893499200']) {
    const { settings } = await load({}, { BATON_LOG_LEVEL_DEBUG_EXPIRES_AT: text });
    assert.throws(() => debugUntil(settings), {
      message: `BATON_LOG_LEVEL_DEBUG_EXPIRES_AT is "${text}"; it must be a point in time as in RFC 3339, like 2030-01-31T12:00:00Z`,
    });
  }
});
