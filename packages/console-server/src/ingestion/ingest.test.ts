import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { openC1z } from '@baton-ts/c1z';
import { describeOnStores, tempFolder } from '../testing/with-stores.ts';
import { type Company, Console, type Person } from './testing/company.ts';

const scopes = [
  { name: 'mail.send', risk: 'medium' },
  { name: 'api_keys.create', risk: 'critical' },
  { name: 'stats.read', risk: 'low' },
];
const ann: Person = { id: 'ann', email: 'Ann@Example.com', name: 'Ann Lee', holds: ['mail.send', 'stats.read'] };
const olga: Person = { id: 'olga', holds: ['role:admin'] };
const shop: Person = { id: 'shop', email: 'ann@example.com', isService: true, holds: [] };
const company: Company = { people: [ann, olga, shop], scopes };

const crowd = (count: number): Person[] =>
  Array.from({ length: count }, (_, index) => ({ id: `p${index}`, holds: ['mail.send'] }));

async function everything({ store }: Console) {
  const read = (table: 'accounts' | 'resources' | 'entitlements' | 'grants' | 'resource_types' | 'audit_log') =>
    store.db.selectFrom(table).selectAll().execute();
  return JSON.stringify(
    await Promise.all([
      read('accounts'),
      read('resources'),
      read('entitlements'),
      read('grants'),
      read('resource_types'),
      read('audit_log'),
    ]),
  );
}

function account({ store }: Console, externalId: string) {
  return store.db.selectFrom('accounts').selectAll().where('external_id', '=', externalId).executeTakeFirstOrThrow();
}

/** Who holds what now: `ann mail.send`. */
async function held({ store }: Console): Promise<string[]> {
  const rows = await store.db
    .selectFrom('grants')
    .innerJoin('accounts', 'accounts.id', 'grants.account_id')
    .innerJoin('entitlements', 'entitlements.id', 'grants.entitlement_id')
    .select(['accounts.external_id as who', 'entitlements.external_id as what'])
    .where('grants.revoked_ms', 'is', null)
    .execute();
  return rows.map(({ who, what }) => `${who} ${what}`).sort();
}

describeOnStores('ingestion', (open) => {
  test('the first sync brings accounts, entitlements and grants, and Access for every account', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const to = await console.addConnector(await console.addApp());
    const result = await console.upload(to, company);
    assert.deepEqual(
      [result.result, result.reason, result.counts],
      ['APPLIED', '', { accounts: 3, resources: 7, entitlements: 4, grants: 6 }],
    );
    assert.deepEqual(await held(console), [
      'ann access',
      'ann scope:mail.send:assigned',
      'ann scope:stats.read:assigned',
      'olga access',
      'olga role:admin:assigned',
      'olga scope:api_keys.create:assigned',
      'olga scope:mail.send:assigned',
      'olga scope:stats.read:assigned',
      'shop access',
    ]);
  });

  test('an account sums up what it holds, by risk, with its roles', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    await console.upload(await console.addConnector(await console.addApp()), company);
    const row = await account(console, 'olga');
    assert.deepEqual(
      [row.grant_count, row.critical_count, row.medium_count, row.low_count, row.highest_risk, row.roles],
      [4, 2, 1, 1, 4, '["Admin"]'],
    );
    assert.equal((await account(console, 'shop')).highest_risk, -1);
  });

  test('what is held through a role names it and cannot be revoked by itself', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    await console.upload(await console.addConnector(await console.addApp()), company);
    const olgas = await console.store.db
      .selectFrom('grants')
      .innerJoin('entitlements', 'entitlements.id', 'grants.entitlement_id')
      .select(['is_direct', 'sources', 'grants.is_immutable', 'metadata', 'grants.risk', 'since_first_sync'])
      .where('account_id', '=', (await account(console, 'olga')).id)
      .where('external_id', '=', 'scope:api_keys.create:assigned')
      .execute();
    assert.deepEqual(olgas, [
      {
        is_direct: 0,
        sources: '["role:admin:assigned"]',
        is_immutable: 1,
        metadata: '{"through":"admin"}',
        risk: 4,
        since_first_sync: 1,
      },
    ]);
  });

  test('the same data again changes nothing', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const to = await console.addConnector(await console.addApp());
    await console.upload(to, company);
    const before = await everything(console);
    assert.equal((await console.upload(to, company)).result, 'UNCHANGED');
    assert.equal(await everything(console), before);
  });

  test('additions, changes and removals are applied, and what comes back has its old id', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const to = await console.addConnector(await console.addApp());
    await console.upload(to, company);
    const first = await account(console, 'olga');

    const renamed = { ...ann, name: 'Ann Lee-Marlowe', holds: ['mail.send', 'api_keys.create'] };
    const bo: Person = { id: 'bo', holds: ['stats.read'] };
    const second = await console.upload(to, { scopes, people: [renamed, shop, bo] });
    assert.deepEqual(second.differences, {
      accounts: { added: 1, removed: 1, changed: 1 },
      entitlements: { added: 0, removed: 0, changed: 0 },
      grants: { added: 3, removed: 6, changed: 0 },
    });
    const gone = await account(console, 'olga');
    assert.deepEqual([gone.removed_ms, gone.grant_count, gone.roles], [console.nowMs, 0, '[]']);
    assert.equal((await account(console, 'ann')).highest_risk, 4);

    await console.upload(to, company);
    const back = await account(console, 'olga');
    assert.deepEqual([back.id, back.removed_ms, back.first_seen_ms], [first.id, null, first.first_seen_ms]);
    assert.equal(back.grant_count, 4);
    const past = await console.store.db.selectFrom('grants').select('id').where('revoked_ms', 'is not', null).execute();
    assert.equal(past.length, 6 + 3);
  });

  test('a scope with another risk changes it for its holders', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const to = await console.addConnector(await console.addApp());
    await console.upload(to, company);
    await console.upload(to, { ...company, scopes: scopes.map((one) => ({ ...one, risk: 'high' })) });
    const row = await account(console, 'ann');
    assert.deepEqual([row.high_count, row.medium_count, row.highest_risk], [2, 0, 3]);
  });

  test('entitlements count their holders', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const to = await console.addConnector(await console.addApp());
    await console.upload(to, company);
    await console.upload(to, { ...company, people: [ann, shop] });
    const rows = await console.store.db.selectFrom('entitlements').select(['external_id', 'grant_count']).execute();
    assert.deepEqual(Object.fromEntries(rows.map((row) => [row.external_id, row.grant_count])), {
      access: 2,
      'role:admin:assigned': 0,
      'scope:api_keys.create:assigned': 0,
      'scope:mail.send:assigned': 1,
      'scope:stats.read:assigned': 1,
    });
  });

  test('accounts find their people, service accounts none, and what a person decided stays', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const to = await console.addConnector(await console.addApp());
    const person = await console.addPerson('ann@example.com', 'Ann Lee');
    await console.upload(to, company);
    const row = await account(console, 'ann');
    assert.deepEqual([row.owner_id, row.owner_source], [person, 'EMAIL']);
    const service = await account(console, 'shop');
    assert.deepEqual([service.type, service.owner_id, service.owner_source], ['SERVICE_ACCOUNT', null, 'NONE']);

    await console.store.db
      .updateTable('accounts')
      .set({ owner_id: null, owner_source: 'CLEARED', type: 'SYSTEM_ACCOUNT', type_is_manual: 1 })
      .where('id', '=', row.id)
      .execute();
    await console.upload(to, { ...company, people: [{ ...ann, name: 'Ann' }, olga, shop] });
    const after = await account(console, 'ann');
    assert.deepEqual([after.display_name, after.owner_source, after.type], ['Ann', 'CLEARED', 'SYSTEM_ACCOUNT']);
  });

  test('half of the accounts gone is held back, and applied when it is confirmed', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const to = await console.addConnector(await console.addApp());
    await console.upload(to, { scopes, people: crowd(58) });
    const before = await everything(console);
    const result = await console.upload(to, { scopes, people: crowd(27) });
    assert.equal(result.result, 'HELD_BACK');
    assert.match(result.reason, /^members 58 → 27/);
    assert.equal(await everything(console), before);
    assert.equal((await console.upload(to, { scopes, people: crowd(27) }, { force: true })).result, 'APPLIED');
    assert.equal((await held(console)).length, 54);
  });

  test('small removals within a day add up', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const to = await console.addConnector(await console.addApp());
    await console.upload(to, { scopes, people: crowd(40) });
    const results = [];
    for (const left of [32, 26, 19]) results.push(await console.upload(to, { scopes, people: crowd(left) }));
    assert.deepEqual(
      results.map(({ result }) => result),
      ['APPLIED', 'APPLIED', 'HELD_BACK'],
    );
    assert.match(results[2]?.reason ?? '', /members 40 → 19 within 24 hours/);
  });

  test('a file that is empty, foreign or unfinished changes nothing and says why', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const to = await console.addConnector(await console.addApp());
    await console.upload(to, company);
    const before = await everything(console);
    const file = (name: string) => join(console.folder, name);
    writeFileSync(file('empty.c1z'), '');
    writeFileSync(file('foreign.c1z'), 'PK\u0003\u0004 this is no sync');
    const store = await openC1z(file('unfinished.c1z'));
    store.startSync({ syncType: 'full' }).checkpoint('{}');
    await store.close();
    for (const [name, reason] of [
      ['empty.c1z', /empty/],
      ['foreign.c1z', /c1z/i],
      ['unfinished.c1z', /no finished sync/],
    ] as const) {
      const result = await console.upload(to, { path: file(name) });
      assert.equal(result.result, 'FAILED', name);
      assert.match(result.reason, reason);
    }
    assert.equal(await everything(console), before);
  });

  test('a small file that unpacks without end is refused before it fills the disk', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const to = await console.addConnector(await console.addApp());
    await console.upload(to, company);
    const before = await everything(console);
    const zeros = Buffer.alloc(600 * 1024 * 1024);
    const path = join(console.folder, 'bomb.c1z');
    writeFileSync(path, Buffer.concat([Buffer.from('C1ZF\0'), zstdCompressSync(zeros)]));
    const result = await console.upload(to, { path });
    assert.equal(result.result, 'FAILED');
    assert.match(result.reason, /^The uploaded file unpacks to more than 500 times its size/);
    assert.equal(await everything(console), before);
  });

  test('names are kept as they are, whatever they would do on a page', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const to = await console.addConnector(await console.addApp());
    const name = `<img src=x onerror=alert(1)>'";drop table accounts;-- \u0000{{7*7}}`;
    await console.upload(to, { scopes, people: [{ ...ann, name }] });
    assert.equal((await account(console, 'ann')).display_name, name.replace('\u0000', ''));
  });

  test('two connectors on one app keep to their own', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const appId = await console.addApp();
    const one = await console.addConnector(appId);
    const other = await console.addConnector(appId);
    await console.upload(one, company);
    await console.upload(other, { scopes, people: [ann] });
    assert.equal((await console.upload(one, company)).result, 'UNCHANGED');
    const rows = await console.store.db
      .selectFrom('accounts')
      .select('removed_ms')
      .where('external_id', '=', 'ann')
      .execute();
    assert.deepEqual(rows, [{ removed_ms: null }, { removed_ms: null }]);
  });

  test('a connector that takes the place of a deleted one goes on with its accounts', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const appId = await console.addApp();
    const old = await console.addConnector(appId);
    await console.upload(old, company);
    const before = await account(console, 'ann');
    await console.store.db.updateTable('connectors').set({ deleted_ms: 1 }).where('id', '=', old.connectorId).execute();
    const next = await console.addConnector(appId);
    assert.equal((await console.upload(next, { ...company, people: [ann, olga] })).result, 'APPLIED');
    const after = await account(console, 'ann');
    assert.deepEqual([after.id, after.connector_id], [before.id, next.connectorId]);
  });

  test('each sync that was applied is in the system log', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    await console.upload(await console.addConnector(await console.addApp()), company);
    const rows = await console.store.db.selectFrom('audit_log').select(['action', 'after']).execute();
    assert.deepEqual(
      rows.map(({ action }) => action),
      ['connector.data_applied'],
    );
    assert.equal(JSON.parse(rows[0]?.after ?? '{}').counts.accounts, 3);
  });
});
