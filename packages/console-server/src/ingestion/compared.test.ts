import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { randomNumbers } from '@baton-ts/protocol/testing/random-numbers';
import { describeOnStores, tempFolder } from '../testing/with-stores.ts';
import { type Company, Console, type Person } from './testing/company.ts';

const scopes = Array.from({ length: 12 }, (_, index) => ({
  name: `scope-${index}`,
  risk: ['low', 'medium', 'high', 'critical'][index % 4] ?? 'low',
}));
const crowd = (count: number, holds: readonly string[] = ['scope-1', 'scope-2']): Person[] =>
  Array.from({ length: count }, (_, index) => ({ id: `p${index}`, holds }));

/** Changes what is known of what an account holds: whoever reads all grants of a file finds that it is another thing. */
async function forge({ store }: Console, externalId: string): Promise<void> {
  const { fingerprint } = await store.db
    .selectFrom('accounts')
    .select('fingerprint')
    .where('external_id', '=', externalId)
    .executeTakeFirstOrThrow();
  const forged = fingerprint.replace(/\..*/, `.1${'x'.repeat(22)}`);
  await store.db.updateTable('accounts').set({ fingerprint: forged }).where('external_id', '=', externalId).execute();
}

/** Everything that is known, by the names that the file gives. */
async function known({ store }: Console): Promise<unknown> {
  const accounts = await store.db
    .selectFrom('accounts')
    .select(['external_id', 'display_name', 'email', 'grant_count', 'critical_count', 'highest_risk', 'roles'])
    .select(['fingerprint', 'first_seen_ms', 'last_seen_ms', 'removed_ms'])
    .orderBy('external_id')
    .execute();
  const entitlements = await store.db
    .selectFrom('entitlements')
    .select(['external_id', 'risk', 'grant_count', 'fingerprint', 'removed_ms'])
    .orderBy('external_id')
    .execute();
  const grants = await store.db
    .selectFrom('grants')
    .innerJoin('accounts', 'accounts.id', 'grants.account_id')
    .innerJoin('entitlements', 'entitlements.id', 'grants.entitlement_id')
    .select(['accounts.external_id as who', 'entitlements.external_id as what', 'grants.is_direct', 'grants.sources'])
    .select(['grants.is_immutable', 'grants.metadata', 'grants.risk', 'grants.granted_ms', 'grants.revoked_ms'])
    .orderBy('who')
    .orderBy('what')
    .orderBy('granted_ms')
    .execute();
  return { accounts, entitlements, grants };
}

describeOnStores('a sync that is compared with the one before', (open) => {
  test('reads the grants of those alone who hold something else', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const to = await console.addConnector(await console.addApp());
    await console.upload(to, { people: crowd(20), scopes });
    await forge(console, 'p5');
    const people = crowd(20).map((person) => (person.id === 'p7' ? { ...person, holds: ['scope-3'] } : person));
    const { differences, counts } = await console.upload(to, { people, scopes });
    assert.equal(differences?.accounts.changed, 0);
    assert.deepEqual([differences?.grants, counts?.grants], [{ added: 1, removed: 2, changed: 0 }, 39]);
    const { fingerprint } = await console.store.db
      .selectFrom('accounts')
      .select('fingerprint')
      .where('external_id', '=', 'p5')
      .executeTakeFirstOrThrow();
    assert.match(fingerprint, /x{22}$/);
  });

  const wholes: Readonly<Record<string, (console: Console) => Promise<void>>> = {
    'its file is not kept any more': async ({ folder, store }) => {
      for (const { id } of await store.db.selectFrom('syncs').select('id').execute()) rmSync(join(folder, `${id}.c1z`));
    },
    'its file is another than then': async ({ store }) =>
      void (await store.db
        .updateTable('syncs')
        .set({ file_sha256: '0'.repeat(64) })
        .execute()),
    'the server died before it said that it had applied it': async ({ store }) =>
      void (await store.db.updateTable('syncs').set({ result: 'RUNNING' }).execute()),
    'something in it was tolerated': async ({ store }) =>
      void (await store.db.updateTable('syncs').set({ warnings: '["grant-twice (1)"]' }).execute()),
    'nobody noted which one was applied': async ({ store }) =>
      void (await store.db.updateTable('connectors').set({ applied_sync_id: null }).execute()),
  };
  for (const [why, change] of Object.entries(wholes)) {
    test(`reads everything when ${why}`, async (t) => {
      const console = new Console(await open(t), tempFolder(t));
      const to = await console.addConnector(await console.addApp());
      await console.upload(to, { people: crowd(20), scopes });
      await forge(console, 'p5');
      await change(console);
      assert.equal((await console.upload(to, { people: crowd(20), scopes })).result, 'APPLIED');
    });
  }

  test('a file that names what is gone is refused, though its grants are as before', async (t) => {
    const console = new Console(await open(t), tempFolder(t));
    const to = await console.addConnector(await console.addApp());
    await console.upload(to, { people: crowd(20), scopes });
    const { result, reason } = await console.upload(to, { people: crowd(20), scopes, without: 'p3' });
    assert.deepEqual([result, /principal member p3 is not in the sync/.test(reason)], ['FAILED', true]);
    assert.equal((await console.upload(to, { people: crowd(20), scopes })).result, 'UNCHANGED');
  });

  test('random syncs leave the same whether they are compared or read whole', async (t) => {
    const random = randomNumbers(t);
    const consoles = [new Console(await open(t), tempFolder(t)), new Console(await open(t), tempFolder(t))] as const;
    const [compared, whole] = consoles;
    const [one, other] = [
      await compared.addConnector(await compared.addApp()),
      await whole.addConnector(await whole.addApp()),
    ];
    let company: Company = { people: crowd(30), scopes };
    for (let round = 0; round < 8; round += 1) {
      const force = random() < 0.3;
      const results = [await compared.upload(one, company, { force }), await whole.upload(other, company, { force })];
      assert.deepEqual(results[0], results[1], `round ${round}`);
      assert.deepEqual(await known(compared), await known(whole), `round ${round}`);
      await whole.store.db.updateTable('connectors').set({ applied_sync_id: null }).execute();
      company = changedCompany(company, random);
    }
  });
});

function changedCompany({ people, scopes: before }: Company, random: () => number): Company {
  const some = <T>(list: readonly T[], share: number): T[] => list.filter(() => random() < share);
  const changed = people.flatMap((person): Person[] => {
    const dice = random();
    if (dice < 0.03) return [];
    if (dice < 0.06) return [{ ...person, holds: ['role:admin'] }];
    if (dice < 0.1) return [{ ...person, holds: some(before, 0.2).map(({ name }) => name) }];
    return [dice < 0.13 ? { ...person, name: `Name ${Math.floor(random() * 1000)}` } : person];
  });
  const gone = crowd(30).filter(({ id }) => !changed.some((person) => person.id === id));
  const risks = before.map((scope) => (random() < 0.03 ? { ...scope, risk: 'critical' } : scope));
  return { people: [...changed, ...some(gone, 0.3)], scopes: random() < 0.1 ? risks.slice(1) : risks };
}
