import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatonError, Code } from '@baton-ts/protocol';
import * as messages from '@baton-ts/protocol/connector-v2';
import { EntitlementSchema, GrantSchema, ResourceSchema } from '@baton-ts/protocol/connector-v2';
import { createRegistry, toJsonString } from '@bufbuild/protobuf';
import { silentLogger } from '../logger.ts';
import { syncConnector } from './sync-connector.ts';
import { MemoryStore } from './testing/memory-store.ts';
import { randomConnector, seededRandom } from './testing/random-connector.ts';

const registry = createRegistry(
  messages.GrantImmutableSchema,
  messages.GrantExpandableSchema,
  messages.SkipGrantsSchema,
  messages.ChildResourceTypeSchema,
  messages.UserTraitSchema,
);
const firstSeed = Number(process.env['SYNC_TEST_SEED'] ?? 1);

function rowsOf(store: MemoryStore): string[] {
  const reader = store.latestFinished();
  assert.ok(reader);
  return [
    ...reader.resources({}).rows.map((row) => toJsonString(ResourceSchema, row, { registry })),
    ...reader.entitlements({}).rows.map((row) => toJsonString(EntitlementSchema, row, { registry })),
    ...reader.grants({}).rows.map((row) => toJsonString(GrantSchema, row, { registry })),
  ].toSorted();
}

const calm = { logger: silentLogger, signal: new AbortController().signal };

for (let seed = firstSeed; seed < firstSeed + 40; seed++) {
  test(`a sync that fails, waits, is killed and goes on has the rows of an undisturbed one (seed ${seed})`, async (t) => {
    const calmStore = new MemoryStore();
    await syncConnector({ ...calm, store: calmStore, connector: randomConnector(seed), options: { workers: 1 } });

    const random = seededRandom(seed + 1_000);
    let store = new MemoryStore();
    let nowMs = 0;
    let interruptions = 0;
    for (let attempt = 1; ; attempt++) {
      assert.ok(attempt < 200, 'it never ends');
      const kill = new AbortController();
      const connector = randomConnector(seed, () => {
        nowMs += random() * 9_000;
        if (random() < 0.1) throw new BatonError(Code.Unavailable, 'come back later');
        if (random() < 0.02 && attempt < 100) throw new BatonError(Code.PermissionDenied, 'the key was revoked');
        if (random() < 0.03 && attempt < 100) kill.abort();
        if (random() < 0.03 && attempt < 100) {
          store.isDead = true;
          kill.abort();
        }
      });
      const clock = {
        now: () => nowMs,
        sleep: async (ms: number) => {
          nowMs += ms;
        },
      };
      try {
        await syncConnector({
          logger: silentLogger,
          signal: kill.signal,
          store,
          connector,
          clock,
          options: { workers: 1 + Math.floor(random() * 5) },
        });
        break;
      } catch {
        interruptions += 1;
        store = store.kill();
      }
    }
    assert.deepEqual(rowsOf(store), rowsOf(calmStore));
    t.diagnostic(`${interruptions} interruptions, ${calmStore.latestFinished()?.stats().grants} grants`);
    assert.equal(store.runs().length, 1, 'it went on with the same sync');
  });
}
