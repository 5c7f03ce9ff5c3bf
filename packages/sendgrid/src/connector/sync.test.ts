import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { answersOf, type SmallAccount } from '../testing/small-account.ts';
import { SmallSendGrid } from '../testing/small-sendgrid.ts';
import { syncIntoFile } from '../testing/sync-into-file.ts';

const keyScopes = ['teammates.read', 'subusers.read', 'api_keys.read'];

async function sync(t: TestContext, account: SmallAccount) {
  const server = await SmallSendGrid.start(answersOf({ keyScopes, ...account }));
  t.after(() => server.stop());
  const synced = await syncIntoFile(t, { url: server.url, apiKey: 'SG.test' }, { 'sync-api-keys': true });
  return { server, ...synced };
}

test('a whole account is synced into a file without a warning and without a request too many', async (t) => {
  const subusers = Array.from({ length: 4 }, (_, index) => ({ id: index + 1, username: `brand_${index + 1}` }));
  const teammates = [
    { username: 'olga', user_type: 'owner', scopes: ['mail.send', 'stats.read', 'brand.new'] },
    { username: 'adam', user_type: 'admin' },
    ...Array.from({ length: 120 }, (_, index) => ({ username: `t${index}`, scopes: ['mail.send', 'stats.read'] })),
  ];
  const local = {
    brand_1: [{ username: 'lena', scopes: ['stats.read'] }],
    brand_2: [{ username: 'leo', user_type: 'admin' }],
  };
  const { server, result } = await sync(t, {
    teammates,
    subusers,
    local,
    access: { t5: [{ id: 2, permission_type: 'restricted', scopes: ['mail.send'] }] },
    invitations: [{ token: 'i1', email: 'new@example.com', scopes: ['mail.send'], is_admin: false }],
    apiKeys: [{ api_key_id: 'k1', name: 'CI' }],
  });
  assert.deepEqual(result.warnings, []);
  assert.equal(server.paths.length, new Set(server.paths).size, 'no question twice');
  const details = 120 + 1 + 1;
  const lists = ['teammates', 'pending', 'subusers', 'api_keys', 'scopes', 'username', 'account'].length;
  assert.equal(server.paths.length, lists + details + 120 + subusers.length);
  // t5 holds one grant on a subuser; each of the 119 others two scopes; owner, admin and leo one; lena one.
  const direct = 1 + 119 * 2 + 3 + 1;
  const ofRoles = 2 * 3;
  // Each role's three scopes, expanded to its one holder.
  const expanded = 2 * 3;
  assert.equal(result.stats.grants, direct + ofRoles + expanded);
});

test('a scope that only a teammate of a subuser holds is a resource before it is granted', async (t) => {
  const { result } = await sync(t, {
    teammates: [{ username: 'olga', user_type: 'owner', scopes: ['mail.send'] }],
    subusers: [{ id: 1, username: 'brand_1' }],
    local: { brand_1: [{ username: 'lena', scopes: ['only.here'] }] },
  });
  assert.deepEqual(result.warnings, []);
  assert.equal(result.stats.grants, 1 + 1 + 2 + 1);
});
