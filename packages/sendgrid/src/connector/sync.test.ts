import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openC1z } from '@baton-ts/c1z';
import { silentLogger, syncConnector } from '@baton-ts/connector-sdk';
import { open } from '../testing/open-connector.ts';
import type { SmallAccount } from '../testing/small-account.ts';

const { signal } = new AbortController();

/** Syncs the account into a file with everything that a real run has. */
async function sync(t: TestContext, account: SmallAccount) {
  const { server, connector } = await open(t, account, { 'sync-api-keys': true });
  const folder = await mkdtemp(join(tmpdir(), 'baton-sendgrid-'));
  t.after(() => rm(folder, { recursive: true }));
  const store = await openC1z(join(folder, 'sync.c1z'));
  try {
    return { server, result: await syncConnector({ store, connector, logger: silentLogger, signal }) };
  } finally {
    await store.close();
    await connector.close?.();
  }
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
  const lists = ['teammates', 'pending', 'subusers', 'api_keys', 'scopes'].length;
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
