import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BatonIDSchema,
  CreateAccountRequestSchema,
  CreateResourceRequestSchema,
  DeleteResourceRequestSchema,
  type Entitlement,
  EntitlementSchema,
  GrantAlreadyExistsSchema,
  GrantAlreadyRevokedSchema,
  GrantManagerServiceGrantRequestSchema,
  GrantManagerServiceRevokeRequestSchema,
  type Resource,
  ResourceDoesNotExistSchema,
  ResourceSchema,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create } from '@bufbuild/protobuf';
import type { AnnouncedChange, ChangeRequest } from '../changes.ts';
import type { Clock } from '../http/clock.ts';
import { VirtualClock } from '../http/testing/clocks.ts';
import { silentLogger } from '../logger.ts';
import { annotation, grantImmutable, hasAnnotation } from '../model/annotations.ts';
import { grant } from '../model/entitlement.ts';
import { seededRandom } from '../sync/testing/random-connector.ts';
import { createProvisioner } from './create-provisioner.ts';
import type { ChangeCall, Provisioner } from './provisioner.ts';
import { refused } from './testing/refused.ts';
import { type Members, MemoryTeam, memberOf, personNamed, teamConnector } from './testing/team.ts';

interface Stage {
  readonly team: MemoryTeam;
  readonly provisioner: Provisioner;
  readonly call: ChangeCall;
  readonly stop: AbortController;
  readonly announced: AnnouncedChange[];
  readonly notes: string[];
}

/** A team and what changes it. `moment` comes before each write. */
function stage(
  members: Members,
  options: {
    readonly moment?: (request: ChangeRequest, team: MemoryTeam) => Promise<void>;
    readonly clock?: Clock;
    readonly dryRun?: boolean;
  } = {},
): Stage {
  const { moment, ...rest } = options;
  const team = new MemoryTeam(members);
  const connector = teamConnector(team, async (request) => moment?.(request, team));
  const stop = new AbortController();
  const announced: AnnouncedChange[] = [];
  const notes: string[] = [];
  const call: ChangeCall = {
    signal: stop.signal,
    onAnnounced: (change) => announced.push(change),
    onNote: (note) => notes.push(note),
  };
  return {
    team,
    provisioner: createProvisioner({ connector, logger: silentLogger, ...rest }),
    call,
    stop,
    announced,
    notes,
  };
}

const grantOf = (role: string, name: string) =>
  create(GrantManagerServiceGrantRequestSchema, { entitlement: memberOf(role), principal: personNamed(name) });
const revocationOf = (role: string, name: string) =>
  create(GrantManagerServiceRevokeRequestSchema, { grant: grant(memberOf(role), personNamed(name)) });
const deletionOf = (name: string) =>
  create(DeleteResourceRequestSchema, { resourceId: { resourceType: 'person', resource: name } });
const accountFor = (email: string) =>
  create(CreateAccountRequestSchema, { accountInfo: { emails: [{ address: email, isPrimary: true }] } });

test('a grant answers with what exists now, tells what it writes before it does, and passes notes on', async () => {
  const { team, provisioner, call, announced, notes } = stage({ ann: ['reader'] });
  const { grants, annotations } = await provisioner.grant(grantOf('writer', 'ann'), call);
  assert.deepEqual(team.members, { ann: ['reader', 'writer'] });
  assert.deepEqual([grants.map(({ id }) => id), annotations], [['role:writer:member:person:ann'], []]);
  assert.deepEqual(announced, [
    {
      summary: 'Replace the roles of "ann".',
      requests: [{ method: 'PUT', path: '/people/ann', body: { roles: ['reader', 'writer'] } }],
      before: ['reader'],
      after: ['reader', 'writer'],
    },
  ]);
  assert.deepEqual(notes, ['"ann" gets a letter.']);
});

test('what is there already is neither granted, revoked, deleted nor created again, and the answer says so', async () => {
  const { team, provisioner, call } = stage({ 'ann@x.org': ['reader'] });
  const granted = await provisioner.grant(grantOf('reader', 'ann@x.org'), call);
  assert.ok(hasAnnotation(granted.annotations, GrantAlreadyExistsSchema));
  const revoked = await provisioner.revoke(revocationOf('writer', 'ann@x.org'), call);
  assert.ok(hasAnnotation(revoked.annotations, GrantAlreadyRevokedSchema));
  const deleted = await provisioner.deleteResource(deletionOf('bob'), call);
  assert.ok(hasAnnotation(deleted.annotations, ResourceDoesNotExistSchema));
  const created = await provisioner.createAccount(accountFor('ann@x.org'), call);
  assert.equal(created.result.case, 'alreadyExists');
  assert.equal(team.writes, 0);
});

test('deleting and creating an account change the team', async () => {
  const { team, provisioner, call } = stage({ ann: [] });
  await provisioner.deleteResource(deletionOf('ann'), call);
  const { result } = await provisioner.createAccount(accountFor('bob@x.org'), call);
  assert.deepEqual(team.members, { 'bob@x.org': [] });
  assert.ok(result.case === 'success' && result.value.isCreateAccountResult);
  assert.equal(result.value.resource?.id?.resource, 'bob@x.org');
  assert.equal(result.value.invitationExpiresAt?.seconds, 1_893_456_000n);
});

test('two hundred changes for twenty people by eight workers end as they would one after the other', async (t) => {
  const seed = Date.now() % 1_000_000;
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
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

test('what is fixed is refused with its reason, before anybody is asked', async () => {
  const { team, provisioner, call } = stage({ ann: [] });
  await assert.rejects(
    provisioner.grant(grantOf('founder', 'ann'), call),
    refused(Code.FailedPrecondition, /"role:founder:member" can be neither granted nor revoked: Who founded the team/),
  );
  const held = grant(memberOf('reader'), personNamed('ann'), { annotations: [grantImmutable({ reason: 'By law.' })] });
  await assert.rejects(
    provisioner.revoke(create(GrantManagerServiceRevokeRequestSchema, { grant: held }), call),
    refused(Code.FailedPrecondition, /the grant "role:reader:member:person:ann" cannot be revoked: By law$/),
  );
  const derived = grant(memberOf('reader'), personNamed('ann'), {
    annotations: [grantImmutable()],
    sources: { 'role:writer:member': { isDirect: false } },
  });
  await assert.rejects(
    provisioner.revoke(create(GrantManagerServiceRevokeRequestSchema, { grant: derived }), call),
    refused(Code.FailedPrecondition, /held through role:writer:member; revoke that instead$/),
  );
  assert.equal(team.writes, 0);
});

test('a resource of another connector is not changed', async () => {
  const { provisioner, call } = stage({ ann: [] });
  const request = grantOf('reader', 'ann');
  request.entitlement?.resource?.annotations.push(annotation(BatonIDSchema));
  await assert.rejects(
    provisioner.grant(request, call),
    refused(Code.FailedPrecondition, /reader comes from another connector's file/),
  );
});

test('an entitlement is granted to its own types alone', async () => {
  const { provisioner, call } = stage({ ann: [] });
  const request = create(GrantManagerServiceGrantRequestSchema, {
    entitlement: memberOf('reader'),
    principal: memberOf('writer').resource ?? assert.fail(),
  });
  await assert.rejects(
    provisioner.grant(request, call),
    refused(
      Code.InvalidArgument,
      /"role:reader:member" can be granted to .* person only, and role "writer" is .* "role"/,
    ),
  );
});

test('a type without the function is named, with the types that have it', async () => {
  const { provisioner, call } = stage({ ann: [] });
  const entitlement = create(EntitlementSchema, { id: 'person:ann:friend', resource: personNamed('ann') });
  const request = create(GrantManagerServiceGrantRequestSchema, { entitlement, principal: personNamed('bob') });
  await assert.rejects(
    provisioner.grant(request, call),
    refused(Code.Unimplemented, /cannot grant "person:ann:friend"; it can for the resource types role$/),
  );
  await assert.rejects(
    provisioner.deleteResource(
      create(DeleteResourceRequestSchema, { resourceId: { resourceType: 'role', resource: 'reader' } }),
      call,
    ),
    refused(Code.Unimplemented, /cannot delete resources of the type "role"; it can for the resource types person$/),
  );
  await assert.rejects(
    provisioner.createResource(create(CreateResourceRequestSchema, { resource: personNamed('x') }), call),
    refused(Code.Unimplemented, /this connector cannot create anything$/),
  );
});

test('a malformed request is refused with the name of the field', async () => {
  const { provisioner, call } = stage({ ann: [] });
  const grants = async (entitlement: Entitlement | undefined, principal: Resource | undefined, lacks: string) => {
    const request = create(GrantManagerServiceGrantRequestSchema, {
      ...(entitlement && { entitlement }),
      ...(principal && { principal }),
    });
    await assert.rejects(
      provisioner.grant(request, call),
      refused(Code.InvalidArgument, new RegExp(`^the request lacks ${lacks}$`)),
    );
  };
  const ann = personNamed('ann');
  await grants(undefined, ann, 'entitlement');
  await grants(memberOf('reader'), undefined, 'principal');
  await grants(create(EntitlementSchema, { id: 'x' }), ann, 'entitlement\\.resource');
  await grants(create(EntitlementSchema, { resource: ann }), ann, 'entitlement\\.id');
  await grants(
    memberOf('reader'),
    create(ResourceSchema, { id: { resourceType: 'person' } }),
    'principal\\.id\\.resource',
  );
  await assert.rejects(
    provisioner.revoke(create(GrantManagerServiceRevokeRequestSchema, {}), call),
    refused(Code.InvalidArgument, /lacks grant$/),
  );
  await assert.rejects(
    provisioner.deleteResource(create(DeleteResourceRequestSchema, {}), call),
    refused(Code.InvalidArgument, /lacks resource_id$/),
  );
  await assert.rejects(
    provisioner.deleteResource(deletionOf('x'.repeat(1025)), call),
    refused(Code.InvalidArgument, /resource_id\.resource is longer than 1024 bytes/),
  );
  await assert.rejects(
    provisioner.createAccount(create(CreateAccountRequestSchema, {}), call),
    refused(Code.InvalidArgument, /lacks account_info$/),
  );
  for (const address of ['ann', 'a b@x.org', '@x.org', 'a@', 'a@x..org', `${'a'.repeat(65)}@x.org`]) {
    await assert.rejects(
      provisioner.createAccount(accountFor(address), call),
      refused(Code.InvalidArgument, /is not an e-mail address$/),
    );
  }
});

test('what a library throws is told with what was being done', async () => {
  const { provisioner, call } = stage(
    { ann: [] },
    {
      moment: async () => {
        throw new TypeError('x is not a function');
      },
    },
  );
  await assert.rejects(
    provisioner.grant(grantOf('reader', 'ann'), call),
    refused(Code.Unknown, /^granting "role:reader:member" to person "ann": x is not a function$/),
  );
});

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] ?? assert.fail('an empty list');
}
