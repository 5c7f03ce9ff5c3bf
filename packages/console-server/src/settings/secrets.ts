import type { Transaction } from 'kysely';
import type { Db } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { SecretBox } from './secret-box.ts';

/** Where the sealed text of a secret belongs. */
export function secretPlace(owner: string, name: string): string {
  return `secret/${owner}/${name}`;
}

export interface NewSecret {
  /** The id of the connector, or the area: `mail`, `oidc`. */
  readonly owner: string;
  readonly name: string;
  readonly value: string;
  readonly savedBy: string;
  readonly nowMs: number;
}

/** Saves a secret in place of the one before. */
export async function saveSecret(trx: Transaction<Tables>, box: SecretBox, secret: NewSecret): Promise<void> {
  const { owner, name, value, savedBy: saved_by, nowMs: saved_ms } = secret;
  const sealed = box.seal(value, secretPlace(owner, name));
  await trx
    .insertInto('secrets')
    .values({ owner, name, sealed, saved_ms, saved_by })
    .onConflict((conflict) => conflict.columns(['owner', 'name']).doUpdateSet({ sealed, saved_ms, saved_by }))
    .execute();
}

/** @returns `undefined` when none is saved */
export async function readSecret(db: Db, box: SecretBox, owner: string, name: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('secrets')
    .select('sealed')
    .where('owner', '=', owner)
    .where('name', '=', name)
    .executeTakeFirst();
  return row === undefined ? undefined : box.open(row.sealed, secretPlace(owner, name));
}

/** All secrets of one owner, by name. */
export async function readSecrets(db: Db, box: SecretBox, owner: string): Promise<Readonly<Record<string, string>>> {
  const rows = await db.selectFrom('secrets').select(['name', 'sealed']).where('owner', '=', owner).execute();
  return Object.fromEntries(rows.map(({ name, sealed }) => [name, box.open(sealed, secretPlace(owner, name))]));
}

export async function deleteSecrets(trx: Transaction<Tables>, owner: string): Promise<void> {
  await trx.deleteFrom('secrets').where('owner', '=', owner).execute();
}
