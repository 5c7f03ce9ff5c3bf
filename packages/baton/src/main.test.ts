import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Code } from '@baton-ts/protocol/errors';
import { version } from './cli/version.ts';
import { commands } from './commands/registry.ts';
import { baton, scratchFolder } from './testing/program.ts';
import { grantToNobody, writeSmallCompany } from './testing/small-company.ts';

const folder = scratchFolder({ after });
const file = join(folder, 'sync.c1z');
const temp = join(folder, 'temp');
before(async () => {
  mkdirSync(temp);
  await writeSmallCompany(file);
});

/** In the folder of the file, with a temporary folder of its own. */
const run = (...args: string[]) => baton(args, { cwd: folder, env: { TMPDIR: temp } });

/** Whatever a library or the language would say: never what a person reads. */
const rawText = /\n\s+at |\bE[A-Z]{4,}\b|\bERR_|SQLITE|TypeError|\[object|\bundefined\b|errno/;

async function refused(args: readonly string[], exitCode: number, message: RegExp): Promise<void> {
  const ended = await run(...args);
  assert.match(ended.stderr, message);
  assert.deepEqual([ended.exitCode, ended.stdout], [exitCode, '']);
  assert.doesNotMatch(ended.stderr, rawText);
  assert.equal(ended.stderr.split(String(ended.stderr.split('\n')[0])).length, 2, 'said once');
}

describe('what a person asks for', () => {
  test('help lists every command and the global flags', async () => {
    const { exitCode, stdout } = await run('--help');
    assert.equal(exitCode, 0);
    for (const command of commands)
      assert.equal(stdout.includes(`  ${command.name} `), command.hidden !== true, command.name);
    for (const flag of ['-f, --file', '-o, --output-format', '--sync-id', '--color']) assert.ok(stdout.includes(flag));
  });

  test('help of one command lists its flags, both ways', async () => {
    const [word, flag] = await Promise.all([run('help', 'grants'), run('grants', '--help')]);
    assert.match(word.stdout, /--principal string +Who holds it/);
    assert.deepEqual(flag, word);
  });

  test('version is one line with the version of the package', async () => {
    const packageJson: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
    assert.ok(typeof packageJson === 'object' && packageJson !== null && 'version' in packageJson);
    assert.equal(version, packageJson.version);
    assert.equal((await run('--version')).stdout, `baton version ${version}\n`);
  });

  test('a completion script knows commands and flags', async () => {
    const { stdout } = await run('completion', 'bash');
    assert.match(stdout, /resource-types/);
    assert.match(stdout, /--output-format/);
    await refused(['completion', 'tcsh'], 2, /^completion needs the name of one shell: bash, zsh, fish, powershell\n$/);
  });

  test('the file may be named before and after the command', async () => {
    const [before, after] = await Promise.all([run('-f', file, 'resources'), run('resources', `--file=${file}`)]);
    assert.equal(before.exitCode, 0);
    assert.deepEqual(after, before);
  });
});

describe('mistakes in the command line', () => {
  test('an unknown command is refused with the likely one', () =>
    refused(['resorces'], 2, /^unknown command "resorces" for "baton"; did you mean "resources"\?\n$/));

  test('an unknown flag is refused with the likely one', () =>
    refused(['grants', '--entitlment', 'x'], 2, /^unknown flag: --entitlment; did you mean --entitlement\?\n$/));

  test('a flag of another command is refused with the commands that take it', () =>
    refused(['resources', '-e', 'x'], 2, /^unknown flag: --entitlement for "baton resources" \(.*grants/));

  test('a word too many is refused', () =>
    refused(['grants', 'ann'], 2, /takes no word after its name, and got "ann"/));

  test('filters that answer another question are refused', async () => {
    await Promise.all([
      refused(['grants', '-r', 'ops'], 2, /--resource needs --resource-type/),
      refused(['grants', '-t', 'group', '-r', 'ops', '-e', 'x'], 2, /exclude each other/),
      refused(['grants', '-e', ''], 2, /--entitlement is empty/),
      refused(['principals', '-t', 'group'], 2, /--resource-type needs --resource/),
      refused(['access', '-t', 'user'], 2, /access needs the principal/),
      refused(['grants', '--principal', 'ann'], 2, /takes TYPE\/ID/),
    ]);
  });

  test('an unknown column is refused with those that there are', () =>
    refused(['grants', '--sort', 'pricipal'], 2, /no column "pricipal"; did you mean principal\?/));

  test('columns are refused where they mean nothing', () =>
    refused(['grants', '-o', 'json', '--columns', 'id'], 2, /--columns is for console and csv/));

  test('a filter that cannot be read shows where', () =>
    refused(
      ['grants', '--filter', 'grant.id = "x"'],
      3,
      /^--filter cannot be read from here on\n {2}grant.id = "x"\n {11}\^\n$/,
    ));

  test('an output format that does not exist is console, and that is said', async () => {
    const { exitCode, stdout, stderr } = await run('resource-types', '-o', 'yaml');
    assert.equal(exitCode, 0);
    assert.match(stdout, /^ID +\| Display Name/);
    assert.match(stderr, /no output format "yaml"/);
  });

  test('to-pebble is not offered and says why', () => refused(['to-pebble', '--out', 'x'], 12, /not offered/));
});

describe('files that cannot be shown', () => {
  test('missing and empty ones', async () => {
    writeFileSync(join(folder, 'empty.c1z'), '');
    for (const name of ['missing.c1z', 'empty.c1z']) {
      await refused(['stats', '-f', name], 2, new RegExp(`^${name} does not exist or is empty. Run a connector`));
    }
  });

  test('foreign, cut off and flipped ones', async () => {
    const bytes = readFileSync(file);
    writeFileSync(join(folder, 'text.c1z'), 'hello');
    writeFileSync(join(folder, 'cut.c1z'), bytes.subarray(0, bytes.length - 100));
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(flipped.length - 1) ^ 1, flipped.length - 1);
    writeFileSync(join(folder, 'flipped.c1z'), flipped);
    await Promise.all([
      refused(['stats', '-f', 'text.c1z'], Code.InvalidArgument, /^text.c1z is not a .c1z file/),
      refused(['stats', '-f', 'cut.c1z'], Code.DataLoss, /^cut.c1z is cut off/),
      refused(['stats', '-f', 'flipped.c1z'], Code.DataLoss, /^flipped.c1z is damaged/),
      refused(['stats', '-f', '.'], Code.InvalidArgument, /^\. is a folder; name a .c1z file/),
    ]);
  });

  test('v3 ones are named, with what to do', () => {
    writeFileSync(join(folder, 'v3.c1z'), Buffer.concat([Buffer.from('C1Z3\0\0\0\0\x08\x0a\x06pebble', 'latin1')]));
    return refused(
      ['stats', '-f', 'v3.c1z'],
      Code.FailedPrecondition,
      /v3 container \(engine pebble\).*sync again with the sqlite/,
    );
  });

  test('an unknown sync is refused with the command that lists them', () =>
    refused(['grants', '--sync-id', 'nobody'], 5, /^sync.c1z has no sync "nobody". "baton syncs" lists/));
});

test('help, version and completion load neither the messages nor the file format nor a library', () => {
  const hooks = 'registerHooks({ load(url, context, next) { console.error(url); return next(url, context); } })';
  const spy = `data:text/javascript,${encodeURIComponent(`import { registerHooks } from 'node:module'; ${hooks}`)}`;
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  for (const args of [['--help'], ['--version'], ['completion', 'zsh'], ['help', 'grants']]) {
    const program = ['--import', spy, '--conditions=x-source', main, ...args];
    const { status, stderr } = spawnSync(process.execPath, program, { encoding: 'utf8' });
    assert.equal(status, 0);
    assert.match(stderr, /packages\/baton\/src\/main\.ts/);
    assert.doesNotMatch(stderr, /bufbuild|packages\/c1z|protocol\/src\/gen|node:(sqlite|zlib)/);
  }
});

test('standard input is read with -f -', async () => {
  const { exitCode, stdout } = await baton(['stats', '-f', '-', '-o', 'csv'], {
    stdin: readFileSync(file),
    env: { TMPDIR: temp },
  });
  assert.equal(exitCode, 0);
  assert.match(stdout, /^group,1,1,3$/m);
  const nothing = await baton(['stats', '-f', '-'], { env: { TMPDIR: temp } });
  assert.deepEqual(
    [nothing.exitCode, nothing.stderr],
    [2, 'standard input does not exist or is empty. Pipe a .c1z file into it\n'],
  );
});

test('an id that the file does not have is an empty answer, exit code 0, and a hint', async () => {
  const answers = await Promise.all([
    run('grants', '-e', 'nothing', '-o', 'json'),
    run('resources', '-t', 'usr', '-o', 'json'),
    run('principals', '-e', 'nothing', '-o', 'json'),
  ]);
  for (const { exitCode, stdout, stderr } of answers) {
    assert.deepEqual([exitCode, stdout], [0, '{}']);
    assert.match(stderr, /^note: there is no/);
  }
  const access = await run('access', '-t', 'user', '-r', 'zoe');
  assert.deepEqual(
    [access.exitCode, access.stdout],
    [0, 'Effective Access for MISSING RESOURCE (user:zoe) (user)\n\n'],
  );
});

test('a reference that leads nowhere is shown as missing, and said', async () => {
  await writeSmallCompany(join(folder, 'dangling.c1z'), (sync) => sync.putGrants([grantToNobody()]));
  const { exitCode, stdout, stderr } = await run('grants', '-f', 'dangling.c1z');
  assert.equal(exitCode, 0);
  assert.match(stdout, /group:ops:member:user:eve .*\| MISSING RESOURCE \(user:eve\)$/m);
  assert.match(stderr, /^note: one reference leads nowhere, for example MISSING RESOURCE \(user:eve\)/);
});

test('colour is only where it is asked for', async () => {
  const cyan = '\u001B[36m';
  const shown = await Promise.all([run('syncs'), run('syncs', '--color', 'always'), run('syncs', '--color=never')]);
  assert.deepEqual(
    shown.map(({ stdout }) => stdout.includes(cyan)),
    [false, true, false],
  );
});

test('rows can be filtered, sorted, limited, and their columns chosen', async () => {
  const filter = 'principal.profile.department == "Ops" || entitlement.slug == "owner"';
  const shown = ['-o', 'csv', '--columns', 'principal-id,entitlement', '--sort', '-principal-id', '--limit', '2'];
  const { stdout } = await run('grants', '--filter', filter, ...shown);
  assert.equal(stdout, 'Principal ID,Entitlement\ndan,Ops member\nbob,Ops member\n');
});

test('grants of one principal are found by type and id', async () => {
  const { stdout } = await run('grants', '--principal', 'user/ann', '-o', 'jsonl');
  assert.deepEqual(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).grant.id),
    ['group:ops:member:user:ann', 'org:acme:owner:user:ann'],
  );
});

test('a reader that goes away ends the program quietly', async () => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=x-source', main, 'grants', '-f', file], {
    env: { TMPDIR: temp },
  });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  assert.deepEqual(await once(child, 'close'), [0, null]);
  assert.equal(stderr, '');
});

test('an output that cannot be written is said once and is no success', { skip: !existsSync('/dev/full') }, () => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  for (const args of [['grants', '-f', file], ['--help']]) {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, ['--conditions=x-source', main, ...args], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    assert.deepEqual(
      [status, stderr],
      [2, 'the output cannot be written: the disk is full. Free some space and run again\n'],
    );
  }
});

test('what a file holds cannot command the terminal through a message', async () => {
  const { stderr } = await run('grants', '-e', 'x\u001B[31m');
  assert.equal(stderr, 'note: there is no entitlement "x\uFFFD[31m"; "baton entitlements" lists them\n');
});

test('nothing is left behind: neither beside the file nor in the temporary folder', () => {
  assert.deepEqual(readdirSync(temp), []);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes('sync.c1z')),
    ['sync.c1z'],
  );
});
