import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { type Ended, type RunOptions, Stage, scratchFile } from '../testing/program.ts';
import type { SmallAccount } from '../testing/small-account.ts';

// What is wrong on this machine: the file, its folder, the disk, the settings.

const account: SmallAccount = {
  teammates: [
    { username: 'olga', user_type: 'owner', scopes: ['mail.send', 'stats.read'] },
    { username: 'tina', scopes: ['mail.send'] },
  ],
};
const previous = scratchFile('previous.c1z');
before(async () => {
  await previous.write(account);
});
after(() => previous.remove());

async function stageOf(t: TestContext): Promise<Stage> {
  const stage = await Stage.set(t, account);
  copyFileSync(previous.path, stage.file);
  return stage;
}

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const middle = Math.floor(copy.length / 2);
  copy[middle] = (copy[middle] ?? 0) ^ 0x10;
  return copy;
}

interface FileCase {
  readonly name: string;
  readonly bytes: (good: Buffer) => Buffer | string;
  readonly exitCode: number;
  readonly says: RegExp;
}

const files: readonly FileCase[] = [
  {
    name: 'a text file',
    bytes: () => 'hello\n',
    exitCode: 3,
    says: /sync\.c1z is not a \.c1z file.*Name another file/,
  },
  {
    name: 'a truncated file',
    bytes: (good) => good.subarray(0, Math.floor(good.length / 2)),
    exitCode: 15,
    says: /sync\.c1z is cut off: its end is missing\. Restore it from a copy/,
  },
  {
    name: 'a file with one wrong bit',
    bytes: flipped,
    exitCode: 15,
    says: /sync\.c1z is damaged: .*Restore it from a copy/,
  },
  {
    name: 'a .c1z file with something else in it',
    bytes: () => Buffer.concat([Buffer.from('C1ZF\0'), zstdCompressSync(Buffer.from('no database at all'))]),
    exitCode: 15,
    says: /sync\.c1z holds no SQLite database/,
  },
  {
    name: 'a .c1z file of another engine',
    bytes: () => Buffer.from('C1Z3\0\0\0\0\x08\x0a\x06pebble', 'latin1'),
    exitCode: 9,
    says: /sync\.c1z is a v3 container \(engine pebble\), not supported; sync again with the sqlite storage engine/,
  },
];

describe('a previous file that cannot be gone on with is refused', { concurrency: 2 }, () => {
  for (const { name, bytes, exitCode, says } of files) {
    test(name, async (t) => {
      const stage = await stageOf(t);
      writeFileSync(stage.file, bytes(readFileSync(stage.file)));
      await stage.refused(exitCode, says);
      assert.deepEqual(stage.server.asked, [], 'found before anything is asked');
    });
  }
});

const isRoot = process.getuid?.() === 0;
const hasSetpriv = spawnSync('setpriv', ['--version']).status === 0;
/** Root may write anywhere, so it becomes nobody first. */
const asNobody: NonNullable<RunOptions['through']> = (command) =>
  isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...command] : command;

/** A file system of that size, or why there is none. */
function smallDisk(t: TestContext, kib: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'baton-small-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'none', folder]);
  t.after(() => {
    if (status === 0) spawnSync('umount', [folder]);
    rmdirSync(folder);
  });
  if (status === 0) return folder;
  t.skip('this user cannot mount a small disk');
  return undefined;
}

describe('a place that cannot be written is refused', { concurrency: 2 }, () => {
  test('a folder as the file', async (t) => {
    const stage = await stageOf(t);
    mkdirSync(join(stage.folder, 'results'));
    await stage.refused(3, /results is a folder; name a \.c1z file/, { args: ['--file', 'results'] });
  });

  test('a folder that does not exist', async (t) => {
    const stage = await stageOf(t);
    await stage.refused(5, /no\/such\/sync\.c1z: the folder does not exist\. Create it first/, {
      args: ['-f', 'no/such/sync.c1z'],
    });
  });

  test('a folder that this user may not write', {
    skip: isRoot && !hasSetpriv && 'root may write anywhere',
  }, async (t) => {
    const stage = await stageOf(t);
    chmodSync(stage.folder, 0o555);
    chmodSync(stage.scratch, 0o777);
    try {
      await stage.refused(7, /sync\.c1z: this user may not write or read there/, { through: asNobody });
    } finally {
      chmodSync(stage.folder, 0o755);
    }
  });

  test('a disk that is full when the file is saved', async (t) => {
    const size = readFileSync(previous.path).length;
    const disk = smallDisk(t, Math.ceil(size / 1024) + 24);
    if (disk === undefined) return;
    const stage = await stageOf(t);
    const file = join(disk, 'sync.c1z');
    copyFileSync(previous.path, file);
    await stage.refused(8, /saving .*sync\.c1z.*: the disk is full\. Free some space and run again/, {
      args: ['-f', file],
    });
    assert.deepEqual(readFileSync(file), readFileSync(previous.path));
    assert.deepEqual(stage.names(disk), ['sync.c1z']);
  });

  test('a temporary folder on a disk that is full', async (t) => {
    const disk = smallDisk(t, 200);
    if (disk === undefined) return;
    const stage = await stageOf(t);
    await stage.refused(8, /the disk is full\. Free some space and run again/, { env: { BATON_TMPDIR: disk } });
  });

  test('a temporary folder whose disk fills up in the middle of a sync', async (t) => {
    const disk = smallDisk(t, 260);
    if (disk === undefined) return;
    const stage = await Stage.set(t, account);
    await stage.refused(
      8,
      /the working copy in the temporary folder: the disk is full\. Free some space and run again/,
      {
        env: { BATON_TMPDIR: disk },
      },
    );
    assert.ok(stage.server.paths.includes('/v3/teammates'), 'the sync had begun');
  });

  test('a temporary folder that does not exist', async (t) => {
    const stage = await stageOf(t);
    await stage.refused(2, /BATON_TMPDIR names ".*nowhere", which is not an existing folder/, {
      env: { BATON_TMPDIR: join(stage.folder, 'nowhere') },
    });
  });

  test('a log file in a folder that does not exist', async (t) => {
    const stage = await stageOf(t);
    await stage.refused(2, /the log file no\/such\.log cannot be opened for writing/, {
      args: ['--log-path', 'no/such.log'],
    });
  });

  test('a file that another run is writing, by name of that run', async (t) => {
    const second: { run?: Promise<void> } = {};
    const stage = await Stage.set(t, {
      ...account,
      after: ({ path }) => {
        if (path !== '/v3/teammates') return undefined;
        second.run ??= stage.refused(9, /sync\.c1z is being written by .*baton-sendgrid\S* \(process \d+\) since 20/);
        return second.run;
      },
    });
    copyFileSync(previous.path, stage.file);
    const first: Ended = await stage.run({ env: { BATON_WORKERS: '1' } });
    await second.run;
    assert.ok(second.run, 'the second run was started');
    assert.equal(first.exitCode, 0, first.stderr);
  });
});

interface SettingCase {
  readonly name: string;
  readonly exitCode?: number;
  readonly says: RegExp;
  readonly run: RunOptions;
  /** Written to `settings.yaml`, which is then the config file. */
  readonly yaml?: string;
}

const settings: readonly SettingCase[] = [
  {
    name: 'a config file that is not YAML',
    yaml: 'ignore-subusers: [true\nworkers: }',
    run: {},
    says: /the config file settings\.yaml is not valid YAML, line \d/,
  },
  {
    name: 'a config file that is a list',
    yaml: '- a\n',
    run: {},
    says: /must hold settings, one "name: value" on each line/,
  },
  {
    name: 'a config file with aliases, which can grow without bound',
    yaml: 'a: &a [x, x]\nb: [*a, *a]\n',
    run: {},
    says: /the config file settings\.yaml uses YAML aliases, which are not supported/,
  },
  {
    name: 'a wrong value in the config file',
    yaml: 'workers: many\n',
    run: {},
    says: /invalid "many" in "workers" of the config file settings\.yaml: expected a whole number/,
  },
  {
    name: 'a config file that is named and not there',
    run: { env: { BATON_CONFIG_PATH: 'gone.yaml' } },
    says: /the config file gone\.yaml does not exist/,
  },
  {
    name: 'a bad boolean in the environment',
    run: { env: { BATON_IGNORE_SUBUSERS: 'yes' } },
    says: /invalid "yes" in BATON_IGNORE_SUBUSERS: expected true or false/,
  },
  {
    name: 'a bad boolean in a variable that has no flag in the help',
    run: { env: { BATON_SKIP_CLEANUP: 'maybe' } },
    says: /invalid "maybe" in BATON_SKIP_CLEANUP: expected true or false/,
  },
  {
    name: 'a bad number in the environment',
    run: { env: { BATON_WORKERS: '1e3' } },
    says: /invalid "1e3" in BATON_WORKERS: expected a whole number/,
  },
  {
    name: 'a number in the environment that is out of range',
    run: { env: { BATON_HTTP_TIMEOUT_SECONDS: '0' } },
    says: /http-timeout-seconds \(BATON_HTTP_TIMEOUT_SECONDS\): value must be at least 1, not 0/,
  },
  {
    name: 'a bad size limit in the environment',
    run: { env: { BATON_DECODER_MAX_DECODED_SIZE_MB: 'lots' } },
    exitCode: 3,
    says: /BATON_DECODER_MAX_DECODED_SIZE_MB is .lots.; it must be a whole number of megabytes/,
  },
  {
    name: 'a bad log level',
    run: { args: ['--log-level', 'loud'] },
    says: /log-level \(--log-level\): value must be one of debug, info,/,
  },
  {
    name: 'an unknown flag',
    run: { args: ['--ignore-subuser'] },
    says: /unknown flag: --ignore-subuser; did you mean --ignore-subusers\?/,
  },
  {
    name: 'a resource type that there is not',
    run: { args: ['--sync-resource-types', 'teamate'] },
    exitCode: 3,
    says: /invalid resource type 'teamate' in filter; there are teammate,/,
  },
  {
    name: 'grants left out of a sync that is not of single resources',
    run: { args: ['--skip-grants'] },
    says: /skip-grants needs sync-resources/,
  },
  {
    name: 'half a credential of service mode, which would otherwise be ignored',
    run: { env: { BATON_CLIENT_ID: 'x@example.com/y' } },
    says: /BATON_CLIENT_ID is set, but no client secret/,
  },
  {
    name: 'tickets, which would otherwise be ignored',
    run: { env: { BATON_TICKETING: 'true' } },
    exitCode: 12,
    says: /BATON_TICKETING is set, but tickets is not available in this version/,
  },
];

describe('a setting that is wrong is refused', { concurrency: 2 }, () => {
  for (const { name, exitCode = 2, says, run, yaml } of settings) {
    test(name, async (t) => {
      const stage = await stageOf(t);
      if (yaml !== undefined) writeFileSync(join(stage.folder, 'settings.yaml'), yaml);
      const env = { ...(yaml === undefined ? {} : { BATON_CONFIG_PATH: 'settings.yaml' }), ...run.env };
      await stage.refused(exitCode, says, { ...run, env });
    });
  }

  test('a resource that is no Baton id, with a caret below what is wrong', async (t) => {
    const stage = await stageOf(t);
    const { exitCode, stderr } = await stage.run({ args: ['--sync-resources', 'teammate/tina'] });
    assert.equal(exitCode, 3);
    assert.match(stderr, /^Not a Baton ID: [^\n]+\n {2}teammate\/tina\n {2}\^\n$/);
    assert.deepEqual(readFileSync(stage.file), readFileSync(previous.path));
  });
});
