import { randomBytes } from 'node:crypto';
import type { C1Store } from '@baton-ts/c1-server';
import { sql } from 'kysely';
import type { Clock } from '../clock.ts';
import type { SecretBox } from '../settings/secret-box.ts';
import { readSecret, saveSecret } from '../settings/secrets.ts';
import { readConnector, readCredential, readHost, readTask, writeRecord } from './c1-records.ts';
import type { Store } from './store.ts';

/** HMAC-SHA-256: as long as the hash (RFC 7518 §3.2). */
const TOKEN_KEY_BYTES = 32;
const OPEN = ['pending', 'leased'];

/** Keeps what the protocol server has to keep in the database of the console. */
export function c1Store(store: Store, box: SecretBox, clock: Clock): C1Store {
  const { db } = store;
  const openTasks = (connectorId: string) =>
    db.selectFrom('c1_tasks').select('record').where('connector_id', '=', connectorId).where('state', 'in', OPEN);

  return {
    tokenKey: () =>
      store.transaction(async (trx) => {
        await store.lock(trx, 'c1 token key');
        const saved = await readSecret(trx, box, 'c1', 'token_key');
        if (saved !== undefined) return Buffer.from(saved, 'base64url');
        const key = randomBytes(TOKEN_KEY_BYTES);
        const value = key.toString('base64url');
        await saveSecret(trx, box, { owner: 'c1', name: 'token_key', value, savedBy: '', nowMs: clock.now() });
        return key;
      }),

    async putConnector(connector) {
      const record = writeRecord(connector);
      await db
        .insertInto('c1_connectors')
        .values({ id: connector.id, record })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ record }))
        .execute();
    },
    async connector(id) {
      const row = await db.selectFrom('c1_connectors').select('record').where('id', '=', id).executeTakeFirst();
      return row && readConnector(row);
    },
    async connectors() {
      const rows = await db.selectFrom('c1_connectors').select('record').orderBy('seq').execute();
      return rows.map(readConnector);
    },

    async putCredential(credential) {
      const record = writeRecord(credential);
      await db
        .insertInto('c1_credentials')
        .values({ client_id: credential.clientId, connector_id: credential.connectorId, record })
        .onConflict((conflict) => conflict.column('client_id').doUpdateSet({ record }))
        .execute();
    },
    async credential(clientId) {
      const query = db.selectFrom('c1_credentials').select('record').where('client_id', '=', clientId);
      const row = await query.executeTakeFirst();
      return row && readCredential(row);
    },
    async credentials(connectorId) {
      const query = db.selectFrom('c1_credentials').select('record').where('connector_id', '=', connectorId);
      const rows = await query.orderBy('seq').execute();
      return rows.map(readCredential);
    },

    async putHost(host) {
      const record = writeRecord(host);
      await db
        .insertInto('c1_hosts')
        .values({ connector_id: host.connectorId, host_id: host.hostId, record })
        .onConflict((conflict) => conflict.columns(['connector_id', 'host_id']).doUpdateSet({ record }))
        .execute();
    },
    async deleteHost(connectorId, hostId) {
      await db.deleteFrom('c1_hosts').where('connector_id', '=', connectorId).where('host_id', '=', hostId).execute();
    },
    async hosts(connectorId) {
      const rows = await db.selectFrom('c1_hosts').select('record').where('connector_id', '=', connectorId).execute();
      return rows.map(readHost);
    },

    async putTask(task) {
      const row = {
        connector_id: task.connectorId,
        type: task.type,
        state: task.state,
        dedupe_key: task.dedupeKey ?? null,
        not_before_ms: task.notBeforeMs,
        record: writeRecord(task),
      };
      await db
        .insertInto('c1_tasks')
        .values({ id: task.id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
    },
    async task(id) {
      const row = await db.selectFrom('c1_tasks').select('record').where('id', '=', id).executeTakeFirst();
      return row && readTask(row);
    },
    async dueTasks(connectorId, { nowMs, limit, withoutSyncs }) {
      let query = openTasks(connectorId).where('state', '=', 'pending').where('not_before_ms', '<=', nowMs);
      if (withoutSyncs) query = query.where('type', '<>', 'syncFull');
      return (await query.orderBy('seq').limit(limit).execute()).map(readTask);
    },
    async nextDueMs(connectorId, nowMs) {
      const row = await db
        .selectFrom('c1_tasks')
        .select(({ fn }) => fn.min('not_before_ms').as('due_ms'))
        .where('connector_id', '=', connectorId)
        .where('state', 'in', OPEN)
        .where('state', '=', 'pending')
        .where('not_before_ms', '>', nowMs)
        .executeTakeFirst();
      return row?.due_ms ?? undefined;
    },
    async leasedTasks(connectorId) {
      const query =
        connectorId === undefined
          ? db.selectFrom('c1_tasks').select('record').where('state', 'in', OPEN)
          : openTasks(connectorId);
      return (await query.where('state', '=', 'leased').orderBy('seq').execute()).map(readTask);
    },
    async openTaskWithKey(connectorId, dedupeKey) {
      const row = await openTasks(connectorId).where('dedupe_key', '=', dedupeKey).executeTakeFirst();
      return row && readTask(row);
    },
    async tasks(connectorId, limit) {
      const query = db.selectFrom('c1_tasks').select('record').where('connector_id', '=', connectorId);
      return (await query.orderBy('seq', 'desc').limit(limit).execute()).map(readTask);
    },

    rememberNonce: ({ clientId, nonce, untilMs }, nowMs, max) =>
      store.transaction(async (trx) => {
        await store.lock(trx, `c1 nonces of ${clientId}`);
        await trx.deleteFrom('c1_nonces').where('until_ms', '<', nowMs).where('client_id', '=', clientId).execute();
        const { count, seen } = await trx
          .selectFrom('c1_nonces')
          .select(({ fn }) => [
            fn.countAll<number>().as('count'),
            sql<number>`coalesce(sum(case when nonce = ${nonce} then 1 else 0 end), 0)`.as('seen'),
          ])
          .where('client_id', '=', clientId)
          .executeTakeFirstOrThrow();
        if (seen > 0) return 'seen';
        if (count >= max) return 'full';
        await trx.insertInto('c1_nonces').values({ client_id: clientId, nonce, until_ms: untilMs }).execute();
        return 'new';
      }),
  };
}
