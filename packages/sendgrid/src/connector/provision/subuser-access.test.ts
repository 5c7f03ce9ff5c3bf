import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code, findAnnotation, grantMetadata } from '@baton-ts/connector-sdk';
import { GrantMetadataSchema } from '@baton-ts/protocol/connector-v2';
import { everyFault } from '../../testing/every-fault.ts';
import { fails, peak, people, said, ssoTeammateRoute, stageGrants, trailhead } from '../../testing/grants-stage.ts';
import { DryRun } from '../../testing/open-for-changes.ts';

const { owner, ssoAdmin, unified, password, sso, inTwoSubusers, inOneSubuser } = people;
type Stage = Awaited<ReturnType<typeof stageGrants>>;

/** `trailhead restricted`, sorted. */
function entriesOf({ account }: Stage, username: string): readonly string[] {
  const names = new Map([...account.subusers.values()].map((subuser) => [subuser.id, subuser.username]));
  const access = account.teammates.get(username)?.access ?? new Map();
  return [...access].map(([id, { permissionType }]) => `${names.get(id)} ${permissionType}`).sort();
}

test('access to one more subuser leaves the others as they are, in four requests', async (t) => {
  const stage = await stageGrants(t);
  const before = structuredClone(
    stage.account.teammates.get(inTwoSubusers)?.access.get(Number(trailhead))?.scopes ?? [],
  );
  const { grants, notes } = await stage.give(stage.access('admin', peak), inOneSubuser);
  assert.equal(grants?.[0]?.id, `subuser:${peak}:admin:teammate:${inOneSubuser}`);
  assert.deepEqual(notes, []);
  assert.deepEqual(entriesOf(stage, inOneSubuser), ['peak-and-pine admin', 'trailhead admin']);
  assert.equal(stage.requests().length, 4);
  await stage.take(stage.access('restricted', peak), inTwoSubusers);
  assert.deepEqual(entriesOf(stage, inTwoSubusers), ['trailhead restricted']);
  const after = stage.account.teammates.get(inTwoSubusers)?.access.get(Number(trailhead))?.scopes ?? [];
  assert.ok(before.every((name) => after.includes(name)));
});

test('restricted access gives the least scope, and says what the person holds there', async (t) => {
  const stage = await stageGrants(t);
  const { grants, notes } = await stage.give(stage.access('restricted', peak), inOneSubuser);
  const metadata = findAnnotation(grants?.[0]?.annotations ?? [], GrantMetadataSchema)?.metadata;
  assert.ok(Array.isArray(metadata?.['scopes']) && metadata['scopes'].includes('user.profile.read'));
  assert.match(notes?.join(' ') ?? '', /In that subuser .* now holds .*user\.profile\.read/);
});

test('restricted access gives the scopes that the entitlement names', async (t) => {
  const stage = await stageGrants(t);
  const entitlement = stage.access('restricted', peak);
  entitlement.annotations.push(grantMetadata({ scopes: ['mail.send'] }));
  await stage.give(entitlement, inOneSubuser);
  assert.deepEqual(stage.account.teammates.get(inOneSubuser)?.access.get(Number(peak))?.scopes, ['mail.send']);
});

test('one kind of access to a subuser replaces the other, and the answer names the grant that is gone', async (t) => {
  const stage = await stageGrants(t);
  const up = await stage.give(stage.access('admin'), inTwoSubusers);
  assert.equal(said(up).replaced, `subuser:${trailhead}:restricted:teammate:${inTwoSubusers}`);
  assert.deepEqual(entriesOf(stage, inTwoSubusers), ['peak-and-pine restricted', 'trailhead admin']);
  const down = await stage.give(stage.access('restricted'), inTwoSubusers);
  assert.equal(said(down).replaced, `subuser:${trailhead}:admin:teammate:${inTwoSubusers}`);
});

test('what is there already, or gone, is not written', async (t) => {
  const { give, take, access, writes } = await stageGrants(t);
  assert.ok(said(await give(access('admin'), inOneSubuser)).alreadyExists);
  assert.ok(said(await take(access('restricted'), inOneSubuser)).alreadyRevoked);
  assert.ok(said(await take(access('admin', peak), inOneSubuser)).alreadyRevoked);
  assert.ok(said(await take(access('admin'), sso)).alreadyRevoked);
  assert.ok(said(await take(access('admin'), 'nobody')).alreadyRevoked);
  await fails(give(access('admin'), 'nobody'), Code.NotFound, /no teammate "nobody" any more/);
  assert.deepEqual(writes(), []);
});

test('for a password teammate SendGrid offers nothing', async (t) => {
  const { give, take, access, writes } = await stageGrants(t);
  for (const who of [password, unified]) {
    for (const change of [give, take]) {
      await fails(change(access('admin'), who), Code.FailedPrecondition, /for SSO teammates only/);
    }
  }
  assert.deepEqual(writes(), []);
});

test('owner, admins and teammates of a subuser are refused with the reason', async (t) => {
  const { give, access, principal, writes } = await stageGrants(t);
  await fails(give(access('admin'), owner), Code.FailedPrecondition, /is the owner/);
  await fails(give(access('admin'), ssoAdmin), Code.FailedPrecondition, /reaches every subuser through that role/);
  const local = principal('trailhead-ops', trailhead);
  await fails(give(access('admin'), local), Code.FailedPrecondition, /exists only there/);
  assert.deepEqual(writes(), []);
});

test('somebody with scopes of the account is not restricted, since these would end', async (t) => {
  const { give, access, writes } = await stageGrants(t);
  await fails(
    give(access('admin'), sso),
    Code.FailedPrecondition,
    /would no longer count: .*marketing.*Revoke them first/,
  );
  assert.deepEqual(writes(), []);
});

test('somebody without scopes of their own can be restricted, and it is said what ends', async (t) => {
  const stage = await stageGrants(t);
  const teammate = stage.account.teammates.get(sso);
  if (teammate) teammate.scopes = ['user.profile.read'];
  const { notes } = await stage.give(stage.access('admin'), sso);
  assert.deepEqual(entriesOf(stage, sso), ['trailhead admin']);
  assert.match(notes?.join(' ') ?? '', /restricted to subusers from now on/);
});

test('without the last subuser the teammate stays restricted, to none', async (t) => {
  const stage = await stageGrants(t);
  const { notes } = await stage.take(stage.access('admin'), inOneSubuser);
  assert.deepEqual(entriesOf(stage, inOneSubuser), []);
  assert.equal(stage.account.teammates.get(inOneSubuser)?.isRestricted, true);
  assert.deepEqual(stage.announced[0]?.requests[0]?.body, {
    first_name: 'Hugo',
    last_name: 'Lefebvre',
    has_restricted_subuser_access: true,
    subuser_access: [],
  });
  assert.match(notes?.join(' ') ?? '', /may act in none/);
});

test('the last subuser stays when an empty list could give back scopes of the account', async (t) => {
  const stage = await stageGrants(t);
  stage.account.teammates.get(inOneSubuser)?.scopes.push('mail.send');
  const change = stage.take(stage.access('admin'), inOneSubuser);
  await fails(change, Code.FailedPrecondition, /last subuser.*might lift the restriction.*mail\.send/);
  assert.deepEqual(stage.writes(), []);
});

test('a list of several pages is read to its end before it is written', async (t) => {
  const stage = await stageGrants(t, { simulator: { teammates: 3, admins: 1, subusers: 510 } });
  const { account } = stage;
  const teammate = [...account.teammates.values()].find(({ isAdmin }) => !isAdmin);
  assert.ok(teammate);
  const subusers = [...account.subusers.values()];
  Object.assign(teammate, { isSso: true, isRestricted: true, scopes: [] });
  teammate.access = new Map(subusers.slice(1).map(({ id }) => [id, { permissionType: 'admin', scopes: [] }]));
  await stage.give(stage.access('admin', String(subusers[0]?.id)), teammate.username);
  assert.equal(teammate.access.size, 510);
});

test('a list that cannot be read to its end is not written', async (t) => {
  const { give, access, fault, writes } = await stageGrants(t);
  fault({ kind: 'cursor', form: 'stuck', times: 'forever' });
  await fails(give(access('admin', peak), inOneSubuser), Code.Internal, /cannot be read to its end/);
  assert.deepEqual(writes(), []);
});

test('a scope that is not valid inside a subuser answers 500, which is no passing failure', async (t) => {
  const stage = await stageGrants(t);
  const entitlement = stage.access('restricted', peak);
  entitlement.annotations.push(grantMetadata({ scopes: ['no.such.scope'] }));
  const change = stage.give(entitlement, inOneSubuser);
  await fails(change, Code.InvalidArgument, /invalid scopes provided.*scope or a subuser.*nothing has changed/);
  assert.equal(stage.writes().length, 1);
});

test('a lost answer is resolved by a read', async (t) => {
  const stage = await stageGrants(t);
  stage.fault({ kind: 'reset-after', method: 'PATCH', route: ssoTeammateRoute });
  const { notes } = await stage.give(stage.access('admin', peak), inOneSubuser);
  assert.match(notes?.[0] ?? '', /a read shows that the change was made/);
  stage.fault({ kind: 'reset-before', method: 'PATCH', route: ssoTeammateRoute });
  const change = stage.take(stage.access('admin', peak), inOneSubuser);
  await fails(change, Code.Unavailable, /A read shows that nothing has changed/);
  assert.equal(stage.writes().length, 2);
});

test('an echo that does not stick is no success', async (t) => {
  const { give, access, fault, writes } = await stageGrants(t);
  fault({ kind: 'echo-only', method: 'PATCH', route: ssoTeammateRoute });
  await fails(give(access('admin', peak), inOneSubuser), Code.Aborted, /is as it was: trailhead \(admin\)/);
  assert.equal(writes().length, 1);
});

test('another writer who takes an entry or a scope of another one away is reported, and not overwritten', async (t) => {
  const stage = await stageGrants(t);
  const taken = { removeAccess: [Number(trailhead)] };
  stage.fault({ kind: 'other-writer', when: 'after', change: taken, method: 'PATCH', route: ssoTeammateRoute });
  const change = stage.give(stage.access('admin', peak), inOneSubuser);
  await fails(change, Code.Aborted, new RegExp(`admin in ${trailhead} is gone.*Now it may act in peak-and-pine`));
  assert.equal(stage.writes().length, 1);
  const less = { addAccess: [{ id: Number(peak), permissionType: 'restricted' as const, scopes: [] }] };
  stage.fault({ kind: 'other-writer', when: 'after', change: less, method: 'PATCH', route: ssoTeammateRoute });
  const other = stage.give(stage.access('admin'), inTwoSubusers);
  await fails(other, Code.Aborted, new RegExp(`marketing\\.read in ${peak}.* gone`));
});

test('another writer who gives more is told about', async (t) => {
  const stage = await stageGrants(t);
  const [outlet] = [...stage.account.subusers.values()].filter(({ username }) => username.startsWith('outlet'));
  const more = { addAccess: [{ id: outlet?.id ?? 0, permissionType: 'admin' as const }] };
  stage.fault({ kind: 'other-writer', when: 'after', change: more, method: 'PATCH', route: ssoTeammateRoute });
  const { notes } = await stage.give(stage.access('admin', peak), inOneSubuser);
  assert.match(notes?.join(' ') ?? '', new RegExp(`Somebody else gave it more .*admin in ${outlet?.id}`));
});

test('a teammate who is no longer restricted afterwards is an alarm', async (t) => {
  const { give, access, fault } = await stageGrants(t);
  fault({
    kind: 'other-writer',
    when: 'after',
    change: { isRestricted: false },
    method: 'PATCH',
    route: ssoTeammateRoute,
  });
  await fails(give(access('admin', peak), inOneSubuser), Code.Aborted, /no longer restricted to subusers/);
});

test('whatever fails at whichever request, success is true and the other entries stay', (t) =>
  everyFault(t, (stage) => {
    const before = structuredClone(stage.account.teammates.get(inTwoSubusers)?.access.get(Number(peak)));
    const check = (ended: string, what: string) => {
      const access = stage.account.teammates.get(inTwoSubusers)?.access;
      if (ended === 'done') assert.equal(access?.get(Number(trailhead))?.permissionType, 'admin', what);
      else assert.match(ended, /^BatonError: /, what);
      assert.equal(access?.get(Number(peak))?.permissionType, 'restricted', what);
      const kept = new Set(access.get(Number(peak))?.scopes);
      assert.ok(
        before?.scopes.every((scope) => kept.has(scope)),
        what,
      );
    };
    return { made: stage.give(stage.access('admin'), inTwoSubusers), check };
  }));

test('a dry run shows the whole list before and after', async (t) => {
  const { give, access, dryRun, announced, writes } = await stageGrants(t);
  await assert.rejects(give(access('admin', peak), inOneSubuser, dryRun), DryRun);
  assert.deepEqual(announced[0]?.before, ['trailhead (admin)']);
  assert.deepEqual(announced[0]?.after, ['trailhead (admin)', 'peak-and-pine (admin)']);
  assert.deepEqual(writes(), []);
});

test('a key without the right is told so before the attempt', async (t) => {
  const { give, access, writes } = await stageGrants(t, { key: 'readOnly' });
  await fails(give(access('admin', peak), inOneSubuser), Code.PermissionDenied, /lacks sso\.teammates\.update/);
  assert.deepEqual(writes(), []);
});

test('an entitlement that no subuser has is refused', async (t) => {
  const { give, access } = await stageGrants(t);
  const entitlement = access('admin');
  entitlement.slug = 'member';
  entitlement.id = `subuser:${trailhead}:member`;
  await fails(give(entitlement, inOneSubuser), Code.InvalidArgument, /is no access to a subuser/);
});
