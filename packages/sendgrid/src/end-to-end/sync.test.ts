import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import { apiKey, type Ended, Stage } from '../testing/program.ts';
import type { SmallAccount } from '../testing/small-account.ts';
import type { Asked } from '../testing/small-sendgrid.ts';

const olga = { username: 'olga', user_type: 'owner', scopes: ['mail.send', 'stats.read'] };
const tina = { username: 'tina', scopes: ['mail.send'] };
const small: SmallAccount = {
  teammates: [olga, tina],
  subusers: [{ id: 1, username: 'brand' }],
  local: { brand: [{ username: 'lena', scopes: ['stats.read'] }] },
};

const summaryOf = ({ stdout }: Ended) => JSON.parse(stdout);
const hasScript = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

describe('a run of the program', { concurrency: 2 }, () => {
  test('writes sync.c1z, which holds the account', async (t) => {
    const stage = await Stage.set(t, small);
    await stage.sync();
    const people = await stage.read((file) => file.reader()?.resources({ resourceTypeId: 'teammate' }).rows ?? []);
    assert.deepEqual(new Set(people.map(({ id }) => id?.resource)), new Set(['lena', 'olga', 'tina']));
  });

  test('leaves stdout to data: logs and the summary are on stderr', async (t) => {
    const stage = await Stage.set(t, small);
    const { stdout, stderr } = await stage.sync({ args: ['--log-level', 'info'] });
    assert.equal(stdout, '');
    const logged = stderr.split('\n').filter((line) => line.startsWith('{'));
    for (const line of logged)
      assert.deepEqual(Object.keys(JSON.parse(line)).slice(0, 4), ['level', 'ts', 'caller', 'msg']);
    assert.match(stderr, /Wrote sync\.c1z: \d+ requests/);
    assert.ok(!stderr.includes(apiKey));
  });

  test('leaves neither a lock nor a temporary file nor a working copy behind', async (t) => {
    const stage = await Stage.set(t, small);
    await stage.sync();
    assert.deepEqual([stage.names(stage.folder), stage.names(stage.scratch)], [['sync.c1z'], []]);
  });

  test('says in JSON what was added, removed and changed since the run before', async (t) => {
    const account = { ...small, teammates: [olga, tina] };
    const stage = await Stage.set(t, account);
    const first = summaryOf(await stage.sync({ args: ['--output', 'json'] }));
    assert.deepEqual(first.byResourceType.teammate.resources, { count: 3 });
    const stageTwo = await stage.with(t, {
      ...small,
      teammates: [
        { ...olga, email: 'new@example.com' },
        { username: 'toni', scopes: ['mail.send'] },
      ],
    });
    const second = summaryOf(await stageTwo.sync({ args: ['--output', 'json'] }));
    assert.deepEqual(second.byResourceType.teammate.resources, { count: 3, added: 1, removed: 1, changed: 1 });
  });

  test('says in words that nothing changed when nothing did', async (t) => {
    const stage = await Stage.set(t, small);
    await stage.sync();
    assert.match((await stage.sync()).stderr, /Nothing changed since the previous sync in the file\./);
  });

  test('prints one JSON document without a newline at its end', async (t) => {
    const { stdout } = await (await Stage.set(t, small)).sync({ args: ['--output=json'] });
    assert.match(stdout, /^\{[^\n]*\}$/);
  });

  test('makes a dry run that names what it would read and writes nothing', async (t) => {
    const stage = await Stage.set(t, small);
    const { stdout, stderr } = await stage.sync({ args: ['--dry-run'] });
    assert.match(stdout, /teammate_invitation[^]*Nothing was written\./);
    assert.equal(stderr, '');
    assert.deepEqual(stage.names(stage.folder), []);
    assert.ok(!stage.server.paths.includes('/v3/teammates'));
  });

  test('draws its progress on one line of a terminal, and removes it', {
    skip: !hasScript && 'no script command',
  }, async (t) => {
    const stage = await Stage.set(t, small);
    const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
    const { stdout } = await stage.sync({
      through: (command) => ['script', '-qec', command.map(quoted).join(' '), '/dev/null'],
    });
    assert.match(stdout, /\r\x1b\[2Kgrants: \d+ resources, \d+ entitlements/);
    assert.match(stdout, /\x1b\[2K +Resources +Entitlements +Grants\r\n/);
  });
});

interface Stop {
  now?: () => void;
}

/** Stops the run once, when it asks for tina, and makes it wait, so that it is stopped in the middle. */
const stopsAtTina =
  (stop: Stop) =>
  ({ path }: Asked) => {
    if (path !== '/v3/teammates/tina' || stop.now === undefined) return undefined;
    stop.now();
    delete stop.now;
    return { status: 503, headers: { 'retry-after': '30' }, body: '' };
  };

describe('a run that is stopped', { concurrency: 2 }, () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`by ${signal} exits with 1, keeps the previous sync, and is resumed by the next run`, async (t) => {
      const stop: Stop = {};
      const stage = await Stage.set(t, {
        ...small,
        instead: stopsAtTina(stop),
      });
      await stage.sync();
      const before = await stage.read((file) => file.reader()?.run.syncId);
      const ended = await stage.run({ onStart: (child) => (stop.now = () => child.kill(signal)) });
      delete stop.now;
      assert.equal(ended.exitCode, 1, ended.stderr);
      assert.match(ended.stderr, new RegExp(`^stopped by ${signal}\\. .*next run goes on.*\\n$`));
      assert.equal(await stage.read((file) => file.reader()?.run.syncId), before);
      const next = summaryOf(await stage.sync({ args: ['--output', 'json'] }));
      assert.equal(next.resumed, true);
      assert.equal(next.total.grants.changed + next.total.grants.added + next.total.grants.removed, 0);
    });
  }

  test('before there was a file leaves one that the next run resumes', async (t) => {
    const stop: Stop = {};
    const stage = await Stage.set(t, {
      ...small,
      instead: stopsAtTina(stop),
    });
    const ended = await stage.run({ onStart: (child) => (stop.now = () => child.kill('SIGTERM')) });
    delete stop.now;
    assert.equal(ended.exitCode, 1, ended.stderr);
    assert.ok(existsSync(stage.file), ended.stderr);
    assert.equal(summaryOf(await stage.sync({ args: ['--output', 'json'] })).resumed, true);
  });
});
