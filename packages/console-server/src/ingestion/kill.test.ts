import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { seededRandom, testSeed } from '@baton-ts/protocol/testing/random-numbers';
import { verifyChain } from '../audit/verify.ts';
import { openStore, type StorePlace } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import { type Company, Console, writeCompany } from './testing/company.ts';
import type { IngestingOrder } from './testing/ingesting-process.ts';

/** PostgreSQL is not killed with the console, only its connection cut: fewer times tell as much. */
const killsOn = { sqlite: 20, postgres: 6 } as const;
const PEOPLE = 300;
const EACH_HOLDS = 10;
const seed = testSeed();
const clock = { now: () => 1, sleep: async () => {} };

/** Two companies in which everybody has another name and holds something else. */
function company(version: 'A' | 'B'): Company {
  const scopes = Array.from({ length: 20 }, (_, index) => ({ name: `${version}.scope${index}`, risk: 'low' }));
  const people = Array.from({ length: PEOPLE }, (_, index) => ({
    id: `person-${index}`,
    name: `${version} ${index}`,
    holds: Array.from({ length: EACH_HOLDS }, (_held, place) => scopes[(index + place) % 20]?.name ?? ''),
  }));
  return { people, scopes };
}

/**
 * Takes in files until it is killed.
 *
 * @param afterMs undefined waits for the first file to be applied
 * @returns what it said of each file, and how long it had
 */
async function killed(order: IngestingOrder, afterMs?: number): Promise<{ said: string[]; ranMs: number }> {
  const said: string[] = [];
  const child = fork(new URL('./testing/ingesting-process.ts', import.meta.url), [], {
    execArgv: ['--conditions=x-source', '--disable-warning=ExperimentalWarning'],
  });
  child.on('message', (message) => {
    if (typeof message === 'string' && message !== 'open') said.push(message);
  });
  child.send(order);
  await once(child, 'message');
  const startedMs = performance.now();
  await (afterMs === undefined ? once(child, 'message') : setTimeout(afterMs));
  const ranMs = performance.now() - startedMs;
  child.kill('SIGKILL');
  // Closed, not only ended: what it had said before has been read.
  await once(child, 'close');
  return { said, ranMs };
}

/** Of which company every part is: `A`, `B`, nothing yet, or a mixture. */
async function versions({ db }: Store): Promise<{ versions: string; applied: number }> {
  const accounts = await db.selectFrom('accounts').select(['display_name', 'grant_count']).execute();
  const grants = await db
    .selectFrom('grants')
    .innerJoin('entitlements', 'entitlements.id', 'grants.entitlement_id')
    .select('entitlements.external_id')
    .where('grants.revoked_ms', 'is', null)
    .where('entitlements.is_built_in', '=', 0)
    .execute();
  const entitlements = await db
    .selectFrom('entitlements')
    .select(['external_id', 'grant_count'])
    .where('removed_ms', 'is', null)
    .where('is_built_in', '=', 0)
    .execute();
  const applied = await db
    .selectFrom('audit_log')
    .select('seq')
    .where('action', '=', 'connector.data_applied')
    .execute();
  if (applied.length > 0) {
    assert.equal(accounts.length, PEOPLE);
    assert.equal(grants.length, PEOPLE * EACH_HOLDS);
    assert.equal(
      entitlements.reduce((sum, { grant_count }) => sum + grant_count, 0),
      PEOPLE * EACH_HOLDS,
    );
  }
  const found = new Set([
    ...accounts.map(({ display_name }) => display_name.slice(0, 1)),
    ...grants.map(({ external_id }) => /^scope:(.)/.exec(external_id)?.[1] ?? external_id),
    ...entitlements.flatMap(({ external_id }) => /^scope:(.)/.exec(external_id)?.[1] ?? []),
  ]);
  return { versions: [...found].join(' '), applied: applied.length };
}

async function looked<T>(place: StorePlace, look: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ ...place, clock });
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

describeOnStores('a server that is killed while it takes in files', (_, kind) => {
  const kills = killsOn[kind.dialect];
  test(`${kills} kills leave all of a file or nothing, and the chain of the log whole (seed ${seed})`, async (t) => {
    const place = await kind.freshPlace(t);
    const paths = [join(place.dataDir, 'a.c1z'), join(place.dataDir, 'b.c1z')];
    await writeCompany(join(place.dataDir, 'a.c1z'), company('A'));
    await writeCompany(join(place.dataDir, 'b.c1z'), company('B'));
    const to = await looked(place, async (store) => {
      const console = new Console(store, place.dataDir);
      return await console.addConnector(await console.addApp());
    });
    const random = seededRandom(seed);
    let applied = 0;
    let oneFileMs: number | undefined;
    for (let round = 0; round <= kills; round += 1) {
      const next = applied % 2 === 0 ? paths : paths.toReversed();
      const order = { place, to, paths: next, nowMs: Date.UTC(2026, 0, 6 + round) };
      const { said, ranMs } = await killed(order, oneFileMs && random() * 1.5 * oneFileMs);
      oneFileMs ??= ranMs;
      assert.deepEqual(new Set(said), new Set(said.length === 0 ? [] : ['APPLIED']));
      const found = await looked(place, async (store) => ({
        ...(await versions(store)),
        chain: await verifyChain(store.db),
      }));
      assert.equal(found.chain.whole, true, found.chain.reason);
      const acknowledged = applied + said.length;
      // One that was applied may not have been told.
      assert.ok([acknowledged, acknowledged + 1].includes(found.applied), `round ${round}`);
      applied = found.applied;
      assert.equal(found.versions, applied % 2 === 1 ? 'A' : 'B');
    }
    t.diagnostic(`${applied} files were applied`);
  });
});
