import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '../logger.ts';
import type { Members } from '../provision/testing/team.ts';
import { syncInto } from '../sync/testing/c1z-files.ts';
import { randomConnector } from '../sync/testing/random-connector.ts';

const program = fileURLToPath(new URL('./team-connector.test-program.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'baton-team-'));
const teamFile = join(folder, 'team.json');
const words = ['--conditions=x-source', program];

const env = (more: Record<string, string> = {}) => ({
  PATH: process.env['PATH'] ?? '',
  BATON_TEAM_FILE: teamFile,
  BATON_LOG_LEVEL: 'error',
  ...more,
});
const members = (): Members => JSON.parse(readFileSync(teamFile, 'utf8'));
const put = (team: Members): void => writeFileSync(teamFile, JSON.stringify(team));

function run(args: readonly string[], more: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...words, ...args], {
    cwd: folder,
    env: env(more),
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

/** One line for people, the exit code that belongs to it, and the team as it was. */
function refuses(args: readonly string[], exitCode: number, says: RegExp, more: Record<string, string> = {}): void {
  const team = members();
  const { status, stdout, stderr } = run(args, more);
  assert.match(stderr, says);
  assert.deepEqual([status, stdout], [exitCode, ''], stderr);
  assert.match(stderr, /^[^\n]+\n$/);
  assert.deepEqual(members(), team);
}

const grantTo = (name: string, role: string): string[] => [
  `--grant-entitlement=role:${role}:member`,
  `--grant-principal=${name}`,
  '--grant-principal-type=person',
];

before(() => {
  put({ ann: ['reader'], bob: [] });
  assert.equal(run([]).status, 0);
});
after(() => rmSync(folder, { recursive: true }));

test('a grant says in a sentence what is true now, and again that it was before', () => {
  put({ ann: ['reader'], bob: [] });
  assert.deepEqual(run(grantTo('ann', 'writer')), {
    status: 0,
    stdout: '',
    stderr:
      'Granted "role:writer:member" to person "ann". sync.c1z shows it after the next sync.\nNote: "ann" gets a letter.\n',
  });
  assert.deepEqual(members()['ann'], ['reader', 'writer']);
  assert.deepEqual(run(grantTo('ann', 'writer')), {
    status: 0,
    stdout: '',
    stderr: 'person "ann" held "role:writer:member" before; nothing was changed.\n',
  });
});

test('with --output json the answer of the protocol is on stdout, and nothing on stderr', () => {
  put({ ann: ['reader'], bob: [] });
  const { status, stdout, stderr } = run([...grantTo('bob', 'reader'), '--output=json']);
  assert.deepEqual([status, stderr], [0, '']);
  const { action, outcome, notes, grants } = JSON.parse(stdout);
  assert.deepEqual([action, outcome, notes], ['grant', 'granted', ['"bob" gets a letter.']]);
  assert.equal(grants[0].id, 'role:reader:member:person:bob');
});

test('a revocation of what the file has can be repeated', () => {
  put({ ann: ['reader'], bob: [] });
  const args = ['--revoke-grant=role:reader:member:person:ann', '--output=json'];
  assert.equal(JSON.parse(run(args).stdout).outcome, 'revoked');
  assert.deepEqual(members()['ann'], []);
  const again = run(args);
  assert.deepEqual([again.status, JSON.parse(again.stdout).outcome], [0, 'already-revoked']);
});

test('a dry run prints the request and what changes, and changes nothing', () => {
  put({ ann: ['reader'], bob: [] });
  const text = run([...grantTo('ann', 'writer'), '--dry-run']);
  assert.equal(
    text.stdout,
    [
      'Replace the roles of "ann".',
      '  PUT /people/ann',
      '  {',
      '    "roles": [',
      '      "reader",',
      '      "writer"',
      '    ]',
      '  }',
      'Before:',
      '    reader',
      'After:',
      '    reader',
      '  + writer',
      'Dry run: nothing was written.',
      '',
    ].join('\n'),
  );
  const json = run(['--delete-resource=ann', '--delete-resource-type=person', '--dry-run', '--output=json']);
  assert.deepEqual(JSON.parse(json.stdout), {
    action: 'delete-resource',
    outcome: 'would-change',
    dryRun: true,
    notes: [],
    changes: [
      {
        summary: 'Replace the roles of "ann".',
        requests: [{ method: 'DELETE', path: '/people/ann' }],
        before: ['reader'],
        after: [],
      },
    ],
  });
  assert.deepEqual([text.status, json.status, members()], [0, 0, { ann: ['reader'], bob: [] }]);
});

test('a dry run sends no write that a connector forgot to announce', () => {
  refuses([...grantTo('bob', 'writer'), '--dry-run'], 13, /about to send POST \/people in a dry run without/, {
    BATON_TEAM_HABIT: 'silent',
  });
});

test('an e-mail alone, a login alone, or a profile creates an account, and a deletion removes it', () => {
  put({});
  assert.equal(
    run(['--create-account-email=eve@x.org']).stderr,
    'Invited person "eve@x.org"; the invitation can be accepted until 2030-01-01T00:00:00.000Z.\n',
  );
  assert.equal(run(['--create-account-login=kim@x.org']).status, 0);
  const args = ['--create-account-profile={"email":"lee@x.org"}', '--create-account-resource-type=person'];
  const { action, outcome, success } = JSON.parse(run([...args, '--output=json']).stdout);
  assert.deepEqual([action, outcome], ['create-account', 'created']);
  assert.deepEqual([success.resource.id.resource, success.isCreateAccountResult], ['lee@x.org', true]);
  assert.deepEqual(Object.keys(members()), ['eve@x.org', 'kim@x.org', 'lee@x.org']);
  const gone = run(['--delete-resource=eve@x.org', '--delete-resource-type=person']);
  assert.deepEqual([gone.status, gone.stderr], [0, 'Deleted person "eve@x.org".\n']);
  assert.deepEqual(Object.keys(members()), ['kim@x.org', 'lee@x.org']);
});

test('actions are listed and run, and one that fails ends with the code of its error', () => {
  const listed = run(['--list-action-schemas']);
  assert.match(listed.stdout, /^greet: Greet somebody\n {2}name \(string, required\): Whom\n {2}times \(int\)\n/);
  const { outcome, schemas } = JSON.parse(run(['--list-action-schemas', '--output=json']).stdout);
  assert.deepEqual([outcome, schemas[0].name], ['listed', 'greet']);
  const done = run(['--invoke-action=greet', '--invoke-action-args={"name":"ann"}', '--output=json']);
  const { status, response } = JSON.parse(done.stdout);
  assert.deepEqual([status, response], ['BATON_ACTION_STATUS_COMPLETE', { greeting: 'Hello "ann"' }]);
  refuses(['--invoke-action=greet', '--invoke-action-args={"name":"nobody"}'], 5, /^there is nobody to greet\n$/);
  refuses(['--invoke-action=great'], 5, /no action "great"; did you mean "greet"\?/);
  refuses(['--invoke-action=greet', '--invoke-action-args={"name":1}'], 3, /the argument "name" to be text/);
});

test('what is not in the file is named, with what is like it and how to list all', () => {
  refuses(
    grantTo('ann', 'writter'),
    5,
    /^sync\.c1z has no entitlement "role:writter:member"\. Did you mean "role:writer:member"\? `baton entitlements -f sync\.c1z` lists them\n$/,
  );
  refuses(
    grantTo('annn', 'writer'),
    5,
    /no person "annn"\. Did you mean "ann"\? `baton resources --resource-type person/,
  );
  refuses(
    [...grantTo('ann', 'writer').slice(0, 2), '--grant-principal-type=persn'],
    5,
    /no resource type "persn"\. Did/,
  );
  refuses(
    ['--revoke-grant=role:reader:member:person:an'],
    5,
    /no grant .*Did you mean "role:reader:member:person:ann"/,
  );
});

test('a principal of the wrong type is refused', () => {
  refuses(
    ['--grant-entitlement=role:writer:member', '--grant-principal=reader', '--grant-principal-type=role'],
    3,
    /can be granted to resources of the type person only/,
  );
});

test('what the file says is fixed is refused with the reason', () => {
  refuses(grantTo('ann', 'founder'), 9, /Who founded the team is settled/);
});

test('without a finished sync there is nothing to grant, and the message says what to do', () => {
  writeFileSync(join(folder, 'empty.c1z'), '');
  for (const file of ['none.c1z', 'empty.c1z']) {
    refuses([...grantTo('ann', 'writer'), '-f', file], 9, /c1z holds no finished sync.* Run the connector/);
  }
});

test('the file of another app is refused', async () => {
  await syncInto(join(folder, 'other.c1z'), {
    connector: randomConnector(1),
    logger: silentLogger,
    signal: new AbortController().signal,
  });
  refuses(
    [...grantTo('ann', 'writer'), '-f', 'other.c1z'],
    9,
    /^other\.c1z is the file of another app: it holds user, team, room, and this connector knows person, role\./,
  );
});

test('a change without all that it needs is refused, and no sync is run in its place', () => {
  refuses(
    grantTo('ann', 'writer').slice(0, 2),
    2,
    /--grant-entitlement is set, which needs --grant-principal-type too/,
  );
});

test('an address that is none is refused', () => {
  refuses(['--create-account-email=eve'], 3, /^"eve" is not an e-mail address\n$/);
});

/** Sends SIGINT when the change is being written, and again when `again` is true and the first has been answered. */
async function interrupted(again: boolean): Promise<{ readonly exitCode: unknown; readonly stderr: string }> {
  put({ ann: ['reader'], bob: [] });
  const child = spawn(process.execPath, [...words, ...grantTo('ann', 'writer')], {
    cwd: folder,
    env: env({ BATON_TEAM_HABIT: 'slow' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
    if (again && stderr.includes('Stopping')) child.kill('SIGINT');
  });
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  const [exitCode] = await once(child, 'close');
  return { exitCode, stderr };
}

test('Ctrl-C while a change is written lets it be checked, and says so', async () => {
  const { exitCode, stderr } = await interrupted(false);
  assert.match(stderr, /^Stopping as soon as it is known whether the change was made\./);
  assert.match(stderr, /Granted "role:writer:member" to person "ann"/);
  assert.deepEqual([exitCode, members()['ann']], [0, ['reader', 'writer']]);
});

test('a second Ctrl-C stops at once and says what is not known', async () => {
  const { exitCode, stderr } = await interrupted(true);
  assert.match(stderr, /Whether the change was made is not known/);
  assert.equal(exitCode, 1);
});
