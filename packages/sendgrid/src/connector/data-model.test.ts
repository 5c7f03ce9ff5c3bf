import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAnnotation, hasAnnotation } from '@baton-ts/connector-sdk';
import {
  GrantExpandableSchema,
  GrantImmutableSchema,
  GrantMetadataSchema,
  Status_ResourceStatus,
  UserTraitSchema,
} from '@baton-ts/protocol/connector-v2';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import { ann, brands, grantOf, held, ids, open, owner, resourceOf } from '../testing/open-connector.ts';
import { MemorySession, walk } from '../testing/walk.ts';
import { sendgridConnector } from './definition.ts';

const { signal } = new AbortController();

test('a teammate holds the scopes that its detail lists', async (t) => {
  const { connector } = await open(t, { teammates: [owner, { ...ann, scopes: ['mail.send', 'brand.new'] }] });
  assert.deepEqual(held(await walk(connector), 'ann'), ['scope:mail.send:assigned', 'scope:brand.new:assigned']);
});

test('owner and admin hold one grant each, on their role', async (t) => {
  const { connector } = await open(t, { teammates: [owner, { username: 'adam', user_type: 'admin' }] });
  const walked = await walk(connector);
  assert.deepEqual(held(walked, 'olga'), ['role:owner:assigned']);
  assert.deepEqual(held(walked, 'adam'), ['role:admin:assigned']);
});

test("each role holds every scope of the account's own catalogue, by an expandable grant", async (t) => {
  const { connector } = await open(t, { teammates: [owner] });
  const walked = await walk(connector);
  for (const role of ['owner', 'admin']) {
    assert.deepEqual(held(walked, role), [
      'scope:2fa_required:assigned',
      'scope:mail.send:assigned',
      'scope:teammates.read:assigned',
    ]);
  }
  const grant = grantOf(walked, 'scope:mail.send:assigned:role:admin');
  const expandable = grant?.annotations.map((any) => anyUnpack(any, GrantExpandableSchema)).find((found) => found);
  assert.deepEqual(expandable?.entitlementIds, ['role:admin:assigned']);
});

test('a scope that nobody knew is a resource like any other', async (t) => {
  const { connector } = await open(t, {
    keyScopes: ['teammates.read', 'from.key'],
    teammates: [{ ...ann, scopes: ['from.person'] }],
    invitations: [{ token: 't', email: 'x@example.com', scopes: ['from.invitation'], is_admin: false }],
  });
  const scopes = ids(await walk(connector), 'scope');
  for (const name of ['from.key', 'from.person', 'from.invitation']) assert.ok(scopes.includes(name), name);
});

test('a scope shows its title, and its sentence with the risk', async (t) => {
  const { connector } = await open(t, {});
  const scope = (await walk(connector)).entitlements.find(
    ({ id }) => id === 'scope:access_settings.whitelist.create:assigned',
  );
  assert.equal(scope?.slug, 'assigned');
  assert.notEqual(scope?.displayName, 'access_settings.whitelist.create');
  assert.match(scope?.description ?? '', /\. Risk: (low|medium|high|critical)\.$/);
});

test('a scope that SendGrid assigns by itself is an immutable grant', async (t) => {
  const { connector } = await open(t, { teammates: [{ ...ann, scopes: ['2fa_required', 'mail.send'] }] });
  const walked = await walk(connector);
  const immutable = (scope: string) =>
    hasAnnotation(grantOf(walked, `scope:${scope}:assigned:teammate:ann`)?.annotations ?? [], GrantImmutableSchema);
  assert.deepEqual([immutable('2fa_required'), immutable('mail.send')], [true, false]);
});

test('a restricted teammate holds one grant per subuser and no scopes of the account', async (t) => {
  const { connector } = await open(t, {
    teammates: [{ ...ann, is_sso: true }],
    subusers: brands,
    access: {
      ann: [
        { id: 11, permission_type: 'admin' },
        { id: 12, permission_type: 'restricted', scopes: ['stats.read', 'mail.send'] },
      ],
    },
  });
  const walked = await walk(connector);
  assert.deepEqual(held(walked, 'ann'), ['subuser:11:admin', 'subuser:12:restricted']);
  const grant = grantOf(walked, 'subuser:12:restricted:teammate:ann');
  const metadata = grant?.annotations.map((any) => anyUnpack(any, GrantMetadataSchema)).find((found) => found);
  assert.deepEqual(metadata?.metadata, { scopes: ['mail.send', 'stats.read'] });
});

test('access to subusers can be taken from SSO teammates only; from others it is an immutable grant', async (t) => {
  const entries = [{ id: 11, permission_type: 'admin' }];
  const { connector } = await open(t, {
    teammates: [owner, { ...ann, is_sso: true }, { username: 'bob', is_sso: false }, { username: 'cy' }],
    subusers: brands,
    access: { ann: entries, bob: entries, cy: entries },
    local: { brand_a: [{ username: 'lena', user_type: 'admin' }] },
  });
  const walked = await walk(connector);
  const reason = (username: string) => {
    const { annotations = [] } = grantOf(walked, `subuser:11:admin:teammate:${username}`) ?? {};
    const said = findAnnotation(annotations, GrantImmutableSchema)?.metadata?.['reason'];
    return typeof said === 'string' ? said : undefined;
  };
  assert.match(reason('bob') ?? '', /for SSO teammates only/);
  assert.match(reason('lena') ?? '', /exists only in the subuser/);
  // Nothing is said about how this one signs in, so it stays to be tried.
  assert.deepEqual([reason('ann'), reason('cy')], [undefined, undefined]);
});

test('a disabled subuser is disabled', async (t) => {
  const { connector } = await open(t, { subusers: brands });
  const walked = await walk(connector);
  assert.equal(resourceOf(walked, '11')?.status?.status, Status_ResourceStatus.ENABLED);
  assert.equal(resourceOf(walked, '12')?.status?.status, Status_ResourceStatus.DISABLED);
});

test('a teammate of a subuser has it as parent, and its scopes name the subuser', async (t) => {
  const { connector } = await open(t, {
    teammates: [owner],
    subusers: brands,
    local: { brand_a: [{ username: 'lena', scopes: ['stats.read'] }] },
  });
  const walked = await walk(connector);
  assert.equal(resourceOf(walked, 'lena')?.parentResourceId?.resource, '11');
  const grant = grantOf(walked, 'scope:stats.read:assigned:teammate:lena');
  const metadata = grant?.annotations.map((any) => anyUnpack(any, GrantMetadataSchema)).find((found) => found);
  assert.deepEqual(metadata?.metadata, { subuser: 'brand_a', subuser_id: '11' });
});

test('a teammate that two subusers show is there once and is asked about once', async (t) => {
  const lena = { username: 'lena', scopes: ['stats.read'] };
  const { server, connector } = await open(t, { subusers: brands, local: { brand_a: [lena], brand_b: [lena] } });
  assert.deepEqual(ids(await walk(connector), 'teammate'), ['lena']);
  assert.equal(server.paths.filter((path) => path.startsWith('/v3/teammates/lena')).length, 1);
});

test('an admin of a subuser holds the admin entitlement of each subuser that shows it so', async (t) => {
  const lena = { username: 'lena', user_type: 'admin' };
  const { connector } = await open(t, { subusers: brands, local: { brand_a: [lena], brand_b: [lena] } });
  assert.deepEqual(held(await walk(connector), 'lena'), ['subuser:11:admin', 'subuser:12:admin']);
});

test('an account without a listed owner takes the catalogue from an admin', async (t) => {
  const { connector } = await open(t, { teammates: [{ username: 'adam', user_type: 'admin', scopes: ['mail.send'] }] });
  assert.deepEqual(held(await walk(connector), 'admin'), ['scope:mail.send:assigned']);
});

test('an invitation is disabled and says until when it can be accepted, or that it no longer can', async (t) => {
  const invitation = (token: string, expiration_date: number) => ({
    token,
    email: `${token}@b.c`,
    scopes: [],
    is_admin: false,
    expiration_date,
  });
  const { connector } = await open(t, {
    invitations: [invitation('open', 4102444800), invitation('late', 1000000000)],
  });
  const walked = await walk(connector);
  assert.equal(resourceOf(walked, 'open')?.status?.status, Status_ResourceStatus.DISABLED);
  assert.equal(resourceOf(walked, 'open')?.status?.details, 'invited, expires 2100-01-01T00:00:00Z');
  assert.equal(resourceOf(walked, 'late')?.status?.details, 'invitation expired');
});

test("a person's name is the display name, and a flag that SendGrid leaves out is not in the profile", async (t) => {
  const { connector } = await open(t, { teammates: [{ ...ann, first_name: 'Ann', last_name: 'Lee', is_sso: true }] });
  const resource = resourceOf(await walk(connector), 'ann');
  const user = resource?.annotations.map((any) => anyUnpack(any, UserTraitSchema)).find((found) => found);
  assert.equal(resource?.displayName, 'Ann Lee');
  assert.equal(user?.emails[0]?.address, 'ann@example.com');
  assert.equal(user?.login, 'ann');
  assert.equal(resource?.profile?.['is_sso'], true);
  assert.ok(!('is_unified' in (resource?.profile ?? {})));
});

test('API keys are synced when asked for', async (t) => {
  const account = { keyScopes: ['teammates.read', 'api_keys.read'], apiKeys: [{ api_key_id: 'k1', name: 'CI' }] };
  assert.deepEqual(ids(await walk((await open(t, account)).connector), 'api_key'), []);
  assert.deepEqual(ids(await walk((await open(t, account, { 'sync-api-keys': true })).connector), 'api_key'), ['k1']);
});

test('a role can be read alone, as a targeted sync does', async (t) => {
  const { connector } = await open(t, { teammates: [ann, owner] });
  const part = connector.resourceTypes.find(({ type }) => type.id === 'role');
  const request = { session: new MemorySession(), signal, pageToken: '' };
  const [admin] = (await part?.list({ ...request, parent: undefined }))?.items.slice(1) ?? [];
  assert.ok(admin);
  assert.equal((await part?.grants?.({ ...request, resource: admin }))?.items.length, owner.scopes.length);
});

test('the connector describes itself without configuration', () => {
  assert.deepEqual(
    sendgridConnector.openForCapabilities().resourceTypes.map(({ type }) => type.id),
    ['teammate', 'teammate_invitation', 'subuser', 'role', 'scope', 'api_key'],
  );
});

test('what SendGrid gives everybody who has a password cannot be taken from them, and can from others', async (t) => {
  const scopes = ['user.password.update', 'mail.send'];
  const { connector } = await open(t, {
    teammates: [
      { username: 'ann', scopes },
      { username: 'sam', scopes, is_sso: true },
    ],
  });
  const walked = await walk(connector);
  const immutable = (scope: string, username: string) =>
    hasAnnotation(
      grantOf(walked, `scope:${scope}:assigned:teammate:${username}`)?.annotations ?? [],
      GrantImmutableSchema,
    );
  assert.deepEqual(
    [immutable('user.password.update', 'ann'), immutable('mail.send', 'ann'), immutable('user.password.update', 'sam')],
    [true, false, false],
  );
});

test('nobody can take the account from its owner', async (t) => {
  const { connector } = await open(t, { teammates: [owner] });
  const grant = grantOf(await walk(connector), 'role:owner:assigned:teammate:olga');
  assert.ok(hasAnnotation(grant?.annotations ?? [], GrantImmutableSchema));
});

test('the home of a teammate of several subusers does not depend on the order of the list', async (t) => {
  const lena = { username: 'lena', scopes: ['stats.read'] };
  const subusers = [
    { id: 100, username: 'brand_b' },
    { id: 20, username: 'brand_a' },
  ];
  const { connector } = await open(t, { subusers, local: { brand_a: [lena], brand_b: [lena] } });
  assert.equal(resourceOf(await walk(connector), 'lena')?.parentResourceId?.resource, '20');
});
