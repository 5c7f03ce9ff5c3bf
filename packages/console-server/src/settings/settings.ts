import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { Db } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

/**
 * A setting of the whole console, kept as JSON.
 *
 * @example
 * const mailSetting: Setting<SmtpSettings | null> = { name: 'mail', schema: smtpSettings.nullable(), initial: null };
 */
export interface Setting<Value> {
  readonly name: string;
  readonly schema: z.ZodType<Value>;
  /** What holds while nobody has set it. */
  readonly initial: Value;
}

/** @throws BatonError `DataLoss` when what is saved is not what the setting holds */
export async function readSetting<Value>(db: Db, { name, schema, initial }: Setting<Value>): Promise<Value> {
  const row = await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst();
  if (row === undefined) return initial;
  try {
    return schema.parse(JSON.parse(row.value));
  } catch (cause) {
    throw new BatonError(Code.DataLoss, `The saved setting ${name} cannot be read. Save it again.`, { cause });
  }
}

export async function writeSetting<Value>(
  trx: Transaction<Tables>,
  { name }: Setting<Value>,
  value: Value,
  nowMs: number,
): Promise<void> {
  const row = { value: JSON.stringify(value), updated_ms: nowMs };
  await trx
    .insertInto('settings')
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
}
