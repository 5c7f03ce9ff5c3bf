import { CREDENTIAL_TYPE } from './built-in.ts';
import type { Ingestion } from './ingestion.ts';
import { traitsOf } from './said.ts';

/** Types belong to the app: several connectors may bring the same. One is gone when nothing of it is left. */
export async function applyResourceTypes({ parts: { trx, appId, scanned, nowMs } }: Ingestion): Promise<void> {
  const rows = await trx.selectFrom('resource_types').selectAll().where('app_id', '=', appId).execute();
  const known = new Map(rows.map((row) => [row.external_id, row]));
  const said = new Map(scanned.resourceTypes.map((type) => [type.id, type]));
  for (const type of said.values()) {
    const row = {
      display_name: type.displayName.replaceAll('\0', '').slice(0, 500).toWellFormed() || type.id,
      traits: JSON.stringify(traitsOf(type)),
      removed_ms: null,
    };
    const before = known.get(type.id);
    if (before === undefined) {
      await trx
        .insertInto('resource_types')
        .values({ app_id: appId, external_id: type.id, ...row })
        .execute();
    } else if (before.display_name !== row.display_name || before.traits !== row.traits || before.removed_ms !== null) {
      await trx
        .updateTable('resource_types')
        .set(row)
        .where('app_id', '=', appId)
        .where('external_id', '=', type.id)
        .execute();
    }
  }
  for (const { external_id, removed_ms } of rows) {
    if (said.has(external_id) || removed_ms !== null || external_id === CREDENTIAL_TYPE) continue;
    const left = await trx
      .selectFrom('resources')
      .select('id')
      .where('app_id', '=', appId)
      .where('resource_type_id', '=', external_id)
      .where('removed_ms', 'is', null)
      .limit(1)
      .executeTakeFirst();
    if (left !== undefined) continue;
    await trx
      .updateTable('resource_types')
      .set({ removed_ms: nowMs })
      .where('app_id', '=', appId)
      .where('external_id', '=', external_id)
      .execute();
  }
}
