import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GrantAlreadyExistsSchema } from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { randomNumbers } from '@baton-ts/protocol/testing/random-numbers';
import { VirtualClock } from '../http/testing/clocks.ts';
import { hasAnnotation } from '../model/annotations.ts';
import type { ChangeCall } from './provisioner.ts';
import { refused } from './testing/refused.ts';
import { accountFor, deletionOf, grantOf, revocationOf, stage } from './testing/stage.ts';

test('two hundred changes for twenty people by eight workers end as they would one after the other', async (t) => {
  const random = randomNumbers(t);
  const people = Array.from({ length: 20 }, (_, index) => `p${index}`);
  const { team, provisioner, call } = stage(Object.fromEntries(people.map((name) => [name, []])));
  const changes = Array.from({ length: 200 }, () => ({
    name: pick(people, random),
    role: pick(['reader', 'writer', 'auditor'], random),
    isGrant: random() < 0.6,
  }));

  const expected = new Map(people.map((name) => [name, new Set<string>()]));
  for (const { name, role, isGrant } of changes) {
    if (isGrant) expected.get(name)?.add(role);
    else expected.get(name)?.delete(role);
  }
  // Changes of one person keep their order only when one worker hands them in.
  const hand = async (worker: number): Promise<void> => {
    const own = changes.filter(({ name }) => people.indexOf(name) % 8 === worker);
    await Promise.all(
      own.map(({ name, role, isGrant }) =>
        isGrant ? provisioner.grant(grantOf(role, name), call) : provisioner.revoke(revocationOf(role, name), call),
      ),
    );
  };
  await Promise.all(Array.from({ length: 8 }, (_, worker) => hand(worker)));
  const wanted = Object.fromEntries([...expected].map(([name, roles]) => [name, [...roles].sort()]));
  assert.deepEqual({ ...team.members }, wanted);
});

test('a person is changed by one at a time, and different people at once', async () => {
  let atAnn = 0;
  let atAll = 0;
  let mostAtAnn = 0;
  let mostAtAll = 0;
  const { provisioner, call } = stage(
    { ann: [], bob: [] },
    {
      moment: async () => {
        atAll += 1;
        mostAtAll = Math.max(mostAtAll, atAll);
        await new Promise((resolve) => setTimeout(resolve, 2));
        atAll -= 1;
      },
    },
  );
  const watched = async (work: Promise<unknown>): Promise<void> => void (await work);
  const counting: ChangeCall = {
    ...call,
    onAnnounced: () => {
      atAnn += 1;
      mostAtAnn = Math.max(mostAtAnn, atAnn);
    },
  };
  await Promise.all([
    watched(provisioner.grant(grantOf('reader', 'ann'), counting).finally(() => (atAnn -= 1))),
    watched(provisioner.grant(grantOf('writer', 'ann'), counting).finally(() => (atAnn -= 1))),
    watched(provisioner.deleteResource(deletionOf('ann'), counting).finally(() => (atAnn -= 1))),
    watched(provisioner.grant(grantOf('reader', 'bob'), call)),
  ]);
  assert.deepEqual([mostAtAnn, mostAtAll], [1, 2]);
});

test('the same address is invited once, however it is written and however many ask', async () => {
  const { team, provisioner, call } = stage({});
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => provisioner.createAccount(accountFor('Ann@X.org'), call)),
  );
  const cases = answers.map(({ result }) => result.case);
  assert.deepEqual(
    ['success', 'alreadyExists'].map((one) => cases.filter((found) => found === one).length),
    [1, 4],
  );
  assert.equal(team.writes, 1);
});

test('who gives up waiting leaves the line, and the next one gets its turn', async () => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const { team, provisioner, call } = stage(
    { ann: [] },
    {
      moment: () => {
        begun.resolve();
        return gate.promise;
      },
    },
  );
  const first = provisioner.grant(grantOf('reader', 'ann'), call);
  await begun.promise;
  const impatient = new AbortController();
  const second = provisioner.grant(grantOf('writer', 'ann'), { ...call, signal: impatient.signal });
  const third = provisioner.grant(grantOf('auditor', 'ann'), call);
  impatient.abort(new BatonError(Code.Canceled, 'stopped by the person'));
  await assert.rejects(second, refused(Code.Canceled, /^stopped by the person$/));
  gate.resolve();
  await Promise.all([first, third]);
  assert.deepEqual(team.members, { ann: ['auditor', 'reader'] });
});

test('idle waits for what is under way', async () => {
  const gate = Promise.withResolvers<void>();
  const { team, provisioner, call } = stage({ ann: [] }, { moment: () => gate.promise });
  const change = provisioner.grant(grantOf('reader', 'ann'), call);
  setTimeout(gate.resolve, 2);
  await provisioner.idle();
  assert.deepEqual(team.members, { ann: ['reader'] });
  await change;
});

test('a failure that may pass is tried again after 15, 30 and 45 seconds, and then told', async () => {
  const clock = new VirtualClock();
  const triedAtMs: number[] = [];
  const { provisioner, call } = stage(
    { ann: [] },
    {
      clock,
      moment: async () => {
        triedAtMs.push(clock.nowMs());
        throw new BatonError(Code.Unavailable, 'the team is out');
      },
    },
  );
  const grant = provisioner.grant(grantOf('reader', 'ann'), call);
  await assert.rejects(clock.run(grant), refused(Code.Unavailable, /^the team is out$/));
  assert.deepEqual(triedAtMs, [0, 15_000, 45_000, 90_000]);
});

test('the wait that the other side names counts, up to a minute', async () => {
  const clock = new VirtualClock();
  const waits = [3_000, 600_000];
  const { provisioner, call } = stage(
    { ann: ['reader'] },
    {
      clock,
      moment: async () => {
        const retryAfterMs = waits.shift();
        if (retryAfterMs !== undefined) throw new BatonError(Code.Unavailable, 'busy', { retryAfterMs });
      },
    },
  );
  await clock.run(provisioner.revoke(revocationOf('reader', 'ann'), call));
  assert.equal(clock.nowMs(), 63_000);
});

test('what may have been done, what stays wrong, and accounts are tried once', async () => {
  for (const [code, options] of [
    [Code.Unavailable, { retryable: false }],
    [Code.PermissionDenied, {}],
  ] as const) {
    let tries = 0;
    const moment = async (): Promise<void> => {
      tries += 1;
      throw new BatonError(code, 'no', options);
    };
    const { provisioner, call } = stage({ ann: [] }, { moment });
    await assert.rejects(provisioner.grant(grantOf('reader', 'ann'), call), refused(code, /^no$/));
    assert.equal(tries, 1);
  }
  let tries = 0;
  const { provisioner, call } = stage(
    {},
    {
      moment: async () => {
        tries += 1;
        throw new BatonError(Code.Unavailable, 'busy');
      },
    },
  );
  await assert.rejects(provisioner.createAccount(accountFor('a@x.org'), call), refused(Code.Unavailable, /^busy$/));
  assert.equal(tries, 1);
});

test('the wait before another try can be cut short', async () => {
  const clock = new VirtualClock();
  const { provisioner, call, stop } = stage(
    { ann: [] },
    {
      clock,
      moment: async () => {
        setImmediate(() => stop.abort(new BatonError(Code.Canceled, 'enough')));
        throw new BatonError(Code.Unavailable, 'busy');
      },
    },
  );
  await assert.rejects(provisioner.grant(grantOf('reader', 'ann'), call), refused(Code.Canceled, /enough/));
});

test('a change that is being written is read back before it stops', async () => {
  const { team, provisioner, call, stop } = stage(
    { ann: [] },
    {
      moment: async ({ signal }) => {
        stop.abort(new BatonError(Code.Canceled, 'stopped'));
        signal.throwIfAborted();
      },
    },
  );
  await provisioner.grant(grantOf('reader', 'ann'), call);
  assert.deepEqual(team.members, { ann: ['reader'] });
});

test('a change that cannot be read back in 20 seconds ends with the words that nobody knows', async () => {
  const clock = new VirtualClock();
  const { provisioner, call, stop } = stage(
    { ann: [] },
    {
      clock,
      moment: ({ signal }) => {
        stop.abort(new BatonError(Code.Canceled, 'stopped by SIGINT'));
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      },
    },
  );
  const grant = provisioner.grant(grantOf('reader', 'ann'), call);
  await assert.rejects(
    clock.run(grant),
    refused(
      Code.Canceled,
      /^stopped by SIGINT while granting "role:reader:member" to person "ann"; whether .* not known/,
    ),
  );
  assert.equal(clock.nowMs(), 20_000);
});

test('a dry run ends before the first write, with the request and what changes', async () => {
  const { team, provisioner, call, announced } = stage({ ann: ['reader'] }, { dryRun: true });
  const { grants } = await provisioner.grant(grantOf('writer', 'ann'), call);
  assert.deepEqual([grants, team.writes], [[], 0]);
  assert.deepEqual(
    announced.map(({ before, after }) => [before, after]),
    [[['reader'], ['reader', 'writer']]],
  );
});

test('a dry run of what needs no write answers as the run would', async () => {
  const { provisioner, call, announced } = stage({ ann: ['reader'] }, { dryRun: true });
  const { annotations } = await provisioner.grant(grantOf('reader', 'ann'), call);
  assert.ok(hasAnnotation(annotations, GrantAlreadyExistsSchema));
  assert.deepEqual(announced, []);
});

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] ?? assert.fail('an empty list');
}
