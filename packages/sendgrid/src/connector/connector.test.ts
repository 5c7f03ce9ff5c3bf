import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type ConfigValues, hasAnnotation, Secret } from '@baton-ts/connector-sdk';
import {
  GrantExpandableSchema,
  GrantImmutableSchema,
  GrantMetadataSchema,
  Status_ResourceStatus,
  UserTraitSchema,
} from '@baton-ts/protocol/connector-v2';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import { testHttpClient } from '../testing/http.ts';
import { answersOf, type SmallAccount } from '../testing/small-account.ts';
import { SmallSendGrid } from '../testing/small-sendgrid.ts';
import { MemorySession, type Walked, walk } from '../testing/walk.ts';
import { sendgridConnector } from './definition.ts';
import type { sendgridOutline } from './outline.ts';

type Config = ConfigValues<typeof sendgridOutline.fields>;
const { signal } = new AbortController();

async function open(t: TestContext, account: SmallAccount, config: Partial<Config> = {}, provisioning = false) {
  const server = await SmallSendGrid.start(answersOf(account));
  t.after(() => server.stop());
  const warnings: string[] = [];
  const connector = sendgridConnector.open(
    {
      'sendgrid-api-key': new Secret('SG.test'),
      'sendgrid-region': 'global',
      'ignore-subusers': false,
      'sync-api-keys': false,
      'sendgrid-base-url': server.url,
      ...config,
    },
    {
      logger: { debug() {}, info() {}, warn: (message) => warnings.push(message), error() {} },
      provisioning,
      createHttpClient: testHttpClient,
    },
  );
  return { server, connector, warnings };
}

const owner = { username: 'olga', user_type: 'owner', scopes: ['mail.send', 'teammates.read', '2fa_required'] };
const ann = { username: 'ann', scopes: ['mail.send'] };

const ids = (walked: Walked, type: string) =>
  walked.resources.filter(({ id }) => id?.resourceType === type).map(({ id }) => id?.resource);
const held = (walked: Walked, username: string) =>
  walked.grants
    .filter(({ principal }) => principal?.id?.resource === username)
    .map(({ entitlement }) => entitlement?.id);
const resourceOf = (walked: Walked, name: string) => walked.resources.find(({ id }) => id?.resource === name);
const grantOf = (walked: Walked, id: string) => walked.grants.find((grant) => grant.id === id);

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

const brands = [
  { id: 11, username: 'brand_a' },
  { id: 12, username: 'brand_b', disabled: true },
];

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

test('no question is asked twice and none too many', async (t) => {
  const { server, connector } = await open(t, {
    teammates: [owner, { username: 'adam', user_type: 'admin' }, ann, { username: 'ben', scopes: ['stats.read'] }],
    subusers: brands,
    local: { brand_a: [{ username: 'lena' }] },
  });
  await connector.validate({ signal });
  await walk(connector);
  assert.deepEqual([...server.paths].sort(), [
    '/v3/scopes',
    '/v3/subusers',
    '/v3/teammates',
    '/v3/teammates as brand_a',
    '/v3/teammates as brand_b',
    '/v3/teammates/ann',
    '/v3/teammates/ann/subuser_access',
    '/v3/teammates/ben',
    '/v3/teammates/ben/subuser_access',
    '/v3/teammates/lena as brand_a',
    '/v3/teammates/olga',
    '/v3/teammates/pending',
    '/v3/user/account',
    '/v3/user/username',
  ]);
});

test('an interrupted sync that goes on in a new process asks nothing again that it knew', async (t) => {
  const account = { teammates: [owner, ann], subusers: brands };
  const session = new MemorySession();
  const first = await open(t, account);
  const before = await walk(first.connector, session);
  const second = await open(t, account);
  const after = await walk(second.connector, session);
  assert.deepEqual(second.server.paths, ['/v3/teammates/pending', '/v3/scopes']);
  assert.deepEqual(after, before);
});

test('a second sync in the same process sees what is there then', async (t) => {
  const subusers = [{ id: 11, username: 'brand_a' }];
  const { connector } = await open(t, { teammates: [owner], subusers, local: { brand_b: [{ username: 'lena' }] } });
  assert.deepEqual(ids(await walk(connector), 'subuser'), ['11']);
  subusers.push({ id: 12, username: 'brand_b' });
  const second = await walk(connector);
  assert.deepEqual(ids(second, 'subuser'), ['11', '12']);
  assert.deepEqual(ids(second, 'teammate'), ['olga', 'lena']);
});

test('--ignore-subusers asks nothing about subusers', async (t) => {
  const account = { teammates: [owner, ann], subusers: brands, access: { ann: [] } };
  const { server, connector } = await open(t, account, { 'ignore-subusers': true });
  await connector.validate({ signal });
  await walk(connector);
  assert.deepEqual(
    server.paths.filter((path) => /subuser| as /.test(path)),
    [],
  );
});

test('without subusers nobody is asked for subuser access', async (t) => {
  const { server, connector } = await open(t, { teammates: [owner, ann] });
  await walk(connector);
  assert.deepEqual(
    server.paths.filter((path) => path.endsWith('subuser_access')),
    [],
  );
});

for (const status of [401, 403, 404]) {
  test(`subusers that answer ${status} are left out with one warning, and the rest is synced`, async (t) => {
    const { connector, warnings } = await open(t, {
      teammates: [owner, ann],
      instead: ({ path }) => (path === '/v3/subusers' ? { status, body: '' } : undefined),
    });
    assert.deepEqual(ids(await walk(connector), 'teammate'), ['olga', 'ann']);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /Subusers are left out/);
  });
}

test('a key that is revoked during the sync ends it, at whichever call it shows', async (t) => {
  for (const from of ['/v3/subusers', '/v3/teammates/ann', '/v3/teammates/pending']) {
    let revoked = false;
    const { connector } = await open(t, {
      teammates: [owner, ann],
      subusers: brands,
      instead: ({ path }) => {
        revoked ||= path === from;
        return revoked ? { status: 401, body: { errors: [{ message: 'authorization required' }] } } : undefined;
      },
    });
    await assert.rejects(walk(connector), { code: 16 }, from);
  }
});

test('a teammate that vanishes between list and detail is dropped', async (t) => {
  const { connector } = await open(t, {
    teammates: [owner, ann],
    instead: ({ path }) => (path === '/v3/teammates/ann' ? { status: 404, body: '' } : undefined),
  });
  assert.deepEqual(ids(await walk(connector), 'teammate'), ['olga']);
});

test('a teammate called pending is synced without scopes, with a warning and without a call', async (t) => {
  const { server, connector, warnings } = await open(t, {
    teammates: [owner, { username: 'pending', scopes: ['mail.send'] }],
  });
  const walked = await walk(connector);
  assert.deepEqual(ids(walked, 'teammate'), ['olga', 'pending']);
  assert.equal(server.paths.filter((path) => path === '/v3/teammates/pending').length, 1);
  assert.match(warnings.join(), /"pending" cannot be read/);
});

test('awkward names stay exact and two that differ in case are two', async (t) => {
  const names = ['Ann', 'ann', 'a/b', '50%', 'a b', 'who?', '#1', 'Žofie', 'a..b', 'a+b@example.com'];
  const { connector } = await open(t, { teammates: names.map((username) => ({ username, scopes: ['mail.send'] })) });
  const walked = await walk(connector);
  assert.deepEqual(ids(walked, 'teammate'), names);
  for (const name of names) assert.deepEqual(held(walked, name), ['scope:mail.send:assigned'], name);
});

test('a subuser whose name no header can carry costs a warning, not the sync', async (t) => {
  const { connector, warnings } = await open(t, {
    subusers: [{ id: 7, username: '東京' }, ...brands],
    local: { brand_a: [{ username: 'lena' }] },
  });
  const walked = await walk(connector);
  assert.deepEqual(ids(walked, 'subuser'), ['7', '11', '12']);
  assert.deepEqual(ids(walked, 'teammate'), ['lena']);
  assert.match(warnings.join(), /"東京".*header/);
});

test('more teammates than one slice are all there', async (t) => {
  const teammates = Array.from({ length: 123 }, (_, index) => ({ username: `t${index}` }));
  const { server, connector } = await open(t, { teammates });
  assert.equal(ids(await walk(connector), 'teammate').length, 123);
  assert.equal(server.paths.filter((path) => path === '/v3/teammates').length, 1);
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

test('a key that lacks a scope is refused by the name of the scope', async (t) => {
  const { connector } = await open(t, { keyScopes: ['mail.send'] });
  await assert.rejects(connector.validate({ signal }), { code: 7, message: /lacks teammates\.read\./ });
});

test('a key that may not ask about the account itself can sync', async (t) => {
  const { connector } = await open(t, {
    instead: ({ path }) => (path.startsWith('/v3/user/') ? { status: 403, body: '' } : undefined),
  });
  assert.deepEqual(await connector.validate({ signal }), []);
});

test('a refusal in the middle of a sync names the scope that the key lacks', async (t) => {
  const { connector } = await open(t, {
    instead: ({ path }) => (path === '/v3/teammates/pending' ? { status: 403, body: '' } : undefined),
  });
  await assert.rejects(walk(connector), { code: 7, message: /lacks teammates\.read/ });
});

test('a role can be read alone, as a targeted sync does', async (t) => {
  const { connector } = await open(t, { teammates: [ann, owner] });
  const part = connector.resourceTypes.find(({ type }) => type.id === 'role');
  const request = { session: new MemorySession(), signal, pageToken: '' };
  const [admin] = (await part?.list({ ...request, parent: undefined }))?.items.slice(1) ?? [];
  assert.ok(admin);
  assert.equal((await part?.grants?.({ ...request, resource: admin }))?.items.length, owner.scopes.length);
});

test('changes need the scopes for changes', async (t) => {
  const { connector } = await open(t, { keyScopes: ['teammates.read'] }, {}, true);
  await assert.rejects(connector.validate({ signal }), {
    code: 7,
    message: /teammates\.create, teammates\.update, teammates\.delete/,
  });
});

test('a key without subusers.read is said at validation and not again', async (t) => {
  const { connector, warnings } = await open(t, {
    keyScopes: ['teammates.read'],
    instead: ({ path }) => (path === '/v3/subusers' ? { status: 403, body: '' } : undefined),
  });
  assert.match((await connector.validate({ signal })).join(), /Subusers are left out/);
  await walk(connector);
  assert.deepEqual(warnings, []);
});

test('a wrong key is refused with what to do', async (t) => {
  const { connector } = await open(t, { instead: () => ({ status: 401, body: '' }) });
  await assert.rejects(connector.validate({ signal }), {
    code: 16,
    message: /does not accept the API key.*make a new key/,
  });
});

test('an empty key is refused without a call', async (t) => {
  const { server, connector } = await open(t, {}, { 'sendgrid-api-key': new Secret('') });
  await assert.rejects(connector.validate({ signal }), { code: 16 });
  assert.deepEqual(server.paths, []);
});

test('the connector describes itself without configuration', () => {
  assert.deepEqual(
    sendgridConnector.openForCapabilities().resourceTypes.map(({ type }) => type.id),
    ['teammate', 'teammate_invitation', 'subuser', 'role', 'scope', 'api_key'],
  );
});

const rows = <T>(from: number, count: number, row: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => row(from + index));
const asAdmin = (index: number) => ({ username: `t${index}`, is_admin: true, user_type: 'admin' });
const asInvitation = (index: number) => ({ token: `i${index}`, email: `i${index}@b.c`, scopes: [], is_admin: false });

test('teammates and invitations beyond one page of SendGrid are all there', async (t) => {
  const { server, connector } = await open(t, {
    instead: ({ path, query }) => {
      const offset = Number(query.get('offset'));
      if (path === '/v3/teammates') return { body: { result: rows(offset, offset === 0 ? 500 : 3, asAdmin) } };
      if (path === '/v3/teammates/pending')
        return { body: { result: rows(offset, offset === 0 ? 500 : 2, asInvitation) } };
      return undefined;
    },
  });
  const walked = await walk(connector);
  assert.equal(ids(walked, 'teammate').length, 503);
  assert.equal(ids(walked, 'teammate_invitation').length, 502);
  assert.equal(server.paths.filter((path) => path === '/v3/teammates').length, 2);
});

test('a page that is read again after an interruption does not stumble over its own rows', async (t) => {
  const { connector } = await open(t, { invitations: rows(0, 3, asInvitation) });
  const part = connector.resourceTypes.find(({ type }) => type.id === 'teammate_invitation');
  const request = { session: new MemorySession(), signal, pageToken: '', parent: undefined };
  await part?.list(request);
  assert.equal((await part?.list(request))?.items.length, 3);
});

for (const path of ['/v3/teammates', '/v3/teammates/pending']) {
  test(`${path} that ignores offset ends the sync with an error`, async (t) => {
    const result = rows(0, 500, (index) => ({ ...asAdmin(index), ...asInvitation(index) }));
    const { connector } = await open(t, {
      instead: (asked) => (asked.path === path ? { body: { result } } : undefined),
    });
    await assert.rejects(walk(connector), { code: 13, message: /nothing new/ });
  });
}

test('a subuser that the key may not act for costs a warning by its name', async (t) => {
  const { connector, warnings } = await open(t, {
    subusers: brands,
    local: { brand_b: [{ username: 'lena' }] },
    instead: ({ onBehalfOf }) => (onBehalfOf === 'brand_a' ? { status: 403, body: '' } : undefined),
  });
  assert.deepEqual(ids(await walk(connector), 'teammate'), ['lena']);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /"brand_a" are left out/);
});

test('subuser access that SendGrid refuses to tell is said once', async (t) => {
  const { connector, warnings } = await open(t, {
    teammates: [ann, { ...ann, username: 'ben' }],
    subusers: brands,
    instead: ({ path }) => (path.endsWith('/subuser_access') ? { status: 403, body: '' } : undefined),
  });
  assert.deepEqual(held(await walk(connector), 'ben'), ['scope:mail.send:assigned']);
  assert.equal(warnings.length, 1);
});

test('access to a subuser that is not in the list is said by name', async (t) => {
  const { connector, warnings } = await open(t, {
    teammates: [ann],
    subusers: brands,
    access: { ann: [{ id: 99, permission_type: 'admin' }] },
  });
  assert.deepEqual(held(await walk(connector), 'ann'), []);
  assert.match(warnings.join(), /"ann" to the subuser 99 is left out/);
});

test('somebody who was promoted after being listed holds the role', async (t) => {
  const promoted = { username: 'ann', email: '', is_admin: true, user_type: 'admin', scopes: ['mail.send'] };
  const { connector } = await open(t, {
    teammates: [owner, ann],
    instead: ({ path }) => (path === '/v3/teammates/ann' ? { body: promoted } : undefined),
  });
  assert.deepEqual(held(await walk(connector), 'ann'), ['role:admin:assigned']);
});
