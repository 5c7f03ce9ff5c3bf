import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { parseYaml } from '../cli/parse-yaml.ts';
import { systemClock } from '../http/clock.ts';
import { quickClock } from '../service/testing/quick-clock.ts';
import { accountSid } from './service-account.ts';
import { serviceCommand } from './service-commands.ts';
import { FakeWindows } from './testing/fake-windows.ts';

const outline = {
  name: 'baton-demo',
  version: '1.2.3',
  displayName: 'Demo',
  description: 'Baton connector for a demo',
  fields: {
    'demo-key': { kind: 'secret', required: true, description: 'The key of the demo' },
    'demo-region': { kind: 'string', default: 'global', oneOf: ['global', 'eu'], description: 'Where the demo lives' },
    'demo-pages': { kind: 'int', default: 10, min: 1, max: 50, description: 'Pages at once' },
    'demo-groups': { kind: 'strings', description: 'Groups' },
    'demo-url': { kind: 'string', hidden: true, description: 'Another host' },
  },
} as const;
const executable = 'C:\\Program Files\\Baton\\baton-demo.exe';
const answers = ['acme@example.com/abc', 'secret-token:very:secret', 'key: "with" \\ signs #1', 'eu', '20'];

/** Runs a command with these lines as answers, and returns what a person sees. */
async function run(
  windows: FakeWindows,
  word: string,
  lines: readonly string[] = [],
  { from = executable, clock = systemClock } = {},
): Promise<string> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.end(lines.map((line) => `${line}\r\n`).join(''));
  const seen = text(output);
  try {
    await serviceCommand(word, {
      outline,
      env: windows.env,
      executable: from === '' ? undefined : from,
      input,
      output,
      clock,
    });
  } finally {
    output.end();
  }
  return await seen;
}

const refusal = (code: Code, message: RegExp) => (error: unknown) => {
  assert.ok(BatonError.is(error));
  assert.match(error.message, message);
  assert.equal(error.code, code);
  return true;
};
const configFile = (windows: FakeWindows): string =>
  join(windows.folder, 'ProgramData', 'ConductorOne', 'baton-demo', 'config.yaml');

describe('setup', () => {
  test('asks for client id, secret and the connector’s settings but lists and hidden ones', async () => {
    using windows = new FakeWindows();
    const seen = await run(windows, 'setup', answers);
    const asked = [...seen.matchAll(/Enter ([\w-]+): /g)].map(([, name]) => name);
    assert.deepEqual(asked, ['client-id', 'client-secret', 'demo-key', 'demo-region', 'demo-pages']);
  });

  test('writes the answers as they were given', async () => {
    using windows = new FakeWindows();
    await run(windows, 'setup', answers);
    assert.deepEqual(parseYaml(readFileSync(configFile(windows), 'utf8'), 'config.yaml'), {
      'client-id': 'acme@example.com/abc',
      'client-secret': 'secret-token:very:secret',
      'demo-key': 'key: "with" \\ signs #1',
      'demo-region': 'eu',
      'demo-pages': '20',
    });
  });

  test('leaves out what is answered with nothing', async () => {
    using windows = new FakeWindows();
    await run(windows, 'setup', [...answers.slice(0, 3), '', '']);
    assert.doesNotMatch(readFileSync(configFile(windows), 'utf8'), /demo-region|demo-pages/);
  });

  test('asks again after an answer that cannot be', async () => {
    using windows = new FakeWindows();
    const seen = await run(windows, 'setup', ['', ...answers.slice(0, 3), 'mars', 'eu', '0', 'many', '20']);
    assert.match(seen, /client-id is needed\.\n/);
    assert.match(seen, /It must be one of global, eu\.\n/);
    assert.match(seen, /It must be from 1 to 50\.\n/);
    assert.match(seen, /invalid "many" in demo-pages: expected a whole number\n/);
    assert.match(readFileSync(configFile(windows), 'utf8'), /demo-pages: "20"/);
  });

  test('keeps the folder to administrators and the service before the settings are in it', async () => {
    using windows = new FakeWindows();
    await run(windows, 'setup', answers);
    const folder = join(windows.folder, 'ProgramData', 'ConductorOne', 'baton-demo');
    const rights = windows.calls.filter(([name, path]) => name === 'icacls.exe' && path === folder);
    assert.deepEqual(
      rights.map(([, , ...args]) => args.slice(0, -1)),
      [
        ['/setowner', '*S-1-5-32-544'],
        ['/reset'],
        [
          '/inheritance:r',
          '/grant:r',
          '*S-1-5-18:(OI)(CI)F',
          '*S-1-5-32-544:(OI)(CI)F',
          `*${accountSid('baton-demo')}:(OI)(CI)M`,
        ],
      ],
    );
  });

  test('installs a service that starts with the machine, under an account of its own', async () => {
    using windows = new FakeWindows();
    await run(windows, 'setup', answers);
    const [create] = windows.calls.filter(([, verb]) => verb === 'create');
    assert.deepEqual(create, [
      'sc.exe',
      'create',
      'baton-demo',
      'binPath=',
      `"${executable}" _service`,
      'start=',
      'auto',
      'obj=',
      'NT SERVICE\\baton-demo',
      'DisplayName=',
      'Baton connector for Demo',
    ]);
  });

  test('shows no program a secret', async () => {
    using windows = new FakeWindows();
    await run(windows, 'setup', answers);
    const all = JSON.stringify(windows.calls);
    assert.ok(all.length > 100);
    assert.doesNotMatch(all, /very:secret|with|abc/);
  });

  test('does not write over settings that are there, and asks nothing', async () => {
    using windows = new FakeWindows();
    await run(windows, 'setup', answers);
    const before = readFileSync(configFile(windows), 'utf8');
    await assert.rejects(run(windows, 'setup', []), refusal(Code.AlreadyExists, /is there already/));
    assert.equal(readFileSync(configFile(windows), 'utf8'), before);
  });

  test('leaves nothing behind when Windows refuses', async () => {
    using windows = new FakeWindows();
    windows.from('no-administrator');
    await assert.rejects(run(windows, 'setup', answers), refusal(Code.PermissionDenied, /Run as administrator/));
    assert.ok(!existsSync(configFile(windows)));
  });

  test('changes nothing when the answers end early', async () => {
    using windows = new FakeWindows();
    await assert.rejects(run(windows, 'setup', answers.slice(0, 2)), refusal(Code.Canceled, /nothing was changed/));
    assert.ok(!existsSync(configFile(windows)));
    assert.deepEqual(
      windows.calls.filter(([, verb]) => verb !== 'query'),
      [],
    );
  });

  test('writes nothing through a link that somebody has laid', async () => {
    using windows = new FakeWindows();
    const elsewhere = join(windows.folder, 'elsewhere');
    mkdirSync(elsewhere);
    mkdirSync(join(windows.folder, 'ProgramData', 'ConductorOne'), { recursive: true });
    symlinkSync(elsewhere, join(windows.folder, 'ProgramData', 'ConductorOne', 'baton-demo'));
    await assert.rejects(run(windows, 'setup', answers), refusal(Code.FailedPrecondition, /link to another place/));
    assert.ok(!existsSync(join(elsewhere, 'config.yaml')));
  });

  test('says what it needs when the program is not one file', async () => {
    using windows = new FakeWindows();
    await assert.rejects(
      run(windows, 'setup', answers, { from: '' }),
      refusal(Code.FailedPrecondition, /single executable baton-demo\.exe/),
    );
  });
});

describe('an installed service', () => {
  async function installed(): Promise<FakeWindows> {
    const windows = new FakeWindows();
    await run(windows, 'setup', answers);
    return windows;
  }

  test('is started, and waited for', async () => {
    using windows = await installed();
    assert.equal(await run(windows, 'start'), 'The service baton-demo runs.\n');
    assert.equal(await run(windows, 'status'), 'Running\n');
  });

  test('goes on when it is started twice', async () => {
    using windows = await installed();
    await run(windows, 'start');
    assert.equal(await run(windows, 'start'), 'The service baton-demo runs.\n');
  });

  test('that ends at once is an error that names its log', async () => {
    using windows = await installed();
    windows.from('crashes');
    await assert.rejects(run(windows, 'start'), refusal(Code.Unavailable, /\(Stopped\); .*baton\.log says why/));
  });

  test('is stopped, and waited for', async () => {
    using windows = await installed();
    await run(windows, 'start');
    assert.equal(await run(windows, 'stop'), 'The service baton-demo has stopped.\n');
    assert.equal(await run(windows, 'status'), 'Stopped\n');
  });

  test('may be stopped when it does not run', async () => {
    using windows = await installed();
    assert.equal(await run(windows, 'stop'), 'The service baton-demo has stopped.\n');
  });

  test('that does not stop within 10 s is an error', async () => {
    using windows = await installed();
    await run(windows, 'start');
    windows.from('busy');
    await assert.rejects(
      run(windows, 'stop', [], { clock: quickClock(20) }),
      refusal(Code.DeadlineExceeded, /not stopped within 10 s \(StopPending\)/),
    );
  });

  test('is removed with its settings, and its log stays', async () => {
    using windows = await installed();
    await run(windows, 'start');
    const log = join(windows.folder, 'ProgramData', 'ConductorOne', 'baton-demo', 'baton.log');
    writeFileSync(log, 'a line\n');
    const seen = await run(windows, 'remove');
    assert.match(seen, /^The service baton-demo is removed\.\nIts settings are removed/);
    assert.ok(!existsSync(configFile(windows)) && existsSync(log));
    await assert.rejects(run(windows, 'status'), refusal(Code.NotFound, /not installed; "baton-demo setup"/));
  });

  test('is not changed by who may not', async () => {
    using windows = await installed();
    windows.from('no-administrator');
    for (const word of ['start', 'stop', 'remove']) {
      await assert.rejects(run(windows, word), refusal(Code.PermissionDenied, /Run as administrator/));
    }
    assert.ok(existsSync(configFile(windows)));
  });
});

for (const word of ['start', 'stop', 'status']) {
  test(`${word} without a service says how to get one`, async () => {
    using windows = new FakeWindows();
    await assert.rejects(run(windows, word), refusal(Code.NotFound, /"baton-demo setup" installs it/));
  });
}

test('the account of a service is the one that Windows derives from its name', () => {
  // Of the service TrustedInstaller, which every Windows has.
  assert.equal(accountSid('TrustedInstaller'), 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464');
});
