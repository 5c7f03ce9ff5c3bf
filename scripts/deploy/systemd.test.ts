import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Code } from '@baton-ts/protocol/errors';
import { parse } from 'yaml';
import { root } from './paths.ts';
import { isRecord } from './values.ts';
import { flagsOf, knownVariables, type Program } from './variables.ts';

const folder = join(root, 'deploy', 'systemd');
const units = readdirSync(folder).filter((name) => /\.(service|timer)$/.test(name));
const services = units.filter((name) => name.endsWith('.service'));
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** Every `Name=value` of a unit, in order. */
function entriesOf(name: string): readonly (readonly [string, string])[] {
  return read(name)
    .split('\n')
    .filter((line) => !line.startsWith('#') && !line.startsWith('[') && line.trim() !== '')
    .map((line) => {
      const [, key, value = ''] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
      assert.ok(key !== undefined, `${name} has a line that is no setting: ${line}`);
      return [key, value] as const;
    });
}

const valuesOf = (name: string, key: string): readonly string[] =>
  entriesOf(name).flatMap(([found, value]) => (found === key ? [value] : []));

const programOf = (name: string): Program => (name.startsWith('baton-sendgrid') ? 'baton-sendgrid' : 'console');

describe('the units', () => {
  const copies = mkdtempSync(join(tmpdir(), 'units-'));
  after(() => rmSync(copies, { recursive: true }));
  // The programs are not installed on the machine that tests.
  for (const name of units) {
    writeFileSync(join(copies, name), read(name).replaceAll(/\/usr\/local\/bin\/[a-z-]+/g, process.execPath));
  }
  const analyze = (...words: readonly string[]) =>
    spawnSync('systemd-analyze', words, { cwd: copies, encoding: 'utf8' });
  const skip = analyze('--version').error === undefined ? false : 'systemd-analyze is not on this machine';

  test('are what systemd understands, without a warning', { skip }, () => {
    const { status, stdout, stderr } = analyze('verify', ...units.map((name) => `./${name}`));
    assert.deepEqual([status, stdout, stderr], [0, '', '']);
  });

  for (const name of services) {
    test(`${name} is exposed by less than 2.0 of 10, as systemd counts`, { skip }, () => {
      const { status, stdout } = analyze('security', '--offline=true', '--threshold=20', `./${name}`);
      assert.equal(status, 0, stdout);
    });

    test(`${name} may write its own folders only and gains no rights`, () => {
      for (const [key, value] of [
        ['ProtectSystem', 'strict'],
        ['ProtectHome', 'yes'],
        ['NoNewPrivileges', 'yes'],
        ['CapabilityBoundingSet', ''],
      ] as const) {
        assert.deepEqual(valuesOf(name, key), [value], key);
      }
      assert.ok(valuesOf(name, 'DynamicUser').includes('yes') || valuesOf(name, 'User').includes('baton-console'));
    });

    test(`${name} sets only variables that the program reads, and no secret`, () => {
      const known = knownVariables(programOf(name));
      const secrets = new Set(flagsOf(programOf(name)).flatMap((flag) => (flag.secret === true ? [flag.name] : [])));
      for (const assignment of valuesOf(name, 'Environment')) {
        const [variable = ''] = assignment.split('=');
        assert.ok(known.has(variable), `${variable} is not known`);
        assert.ok(
          ![...secrets].some((secret) => variable.endsWith(secret.toUpperCase().replaceAll('-', '_'))),
          variable,
        );
      }
    });
  }

  test('a credential that is rejected ends the connector for good', () => {
    assert.deepEqual(valuesOf('baton-sendgrid.service', 'RestartPreventExitStatus'), [String(Code.Unauthenticated)]);
  });
});

test('the backup goes into a folder named after the time', () => {
  const [line = ''] = valuesOf('baton-console-backup.service', 'ExecStart');
  const script = /^\/bin\/sh -c '(.*)'$/.exec(line)?.[1] ?? '';
  const command = script.replaceAll('$$', '$').replaceAll('%%', '%').replace('exec /usr/local/bin/console', 'echo');
  const { stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  assert.match(stdout, /^backup \/var\/lib\/baton-console\/backups\/\d{4}-\d\d-\d\dT\d{6}\n$/);
});

test('the settings beside the connector’s unit are settings of the connector', () => {
  const settings: unknown = parse(read('settings.example.yaml'));
  assert.ok(isRecord(settings));
  const known = new Set(flagsOf('baton-sendgrid').map(({ name }) => name));
  for (const name of Object.keys(settings)) assert.ok(known.has(name), name);
});

test('the settings beside the console’s unit are settings of the console', () => {
  const known = knownVariables('console');
  const names = [...read('console-settings.example.env').matchAll(/^#?([A-Z_]+)=/gm)].map(([, name = '']) => name);
  assert.ok(names.length > 2);
  for (const name of names) assert.ok(known.has(name), name);
});
