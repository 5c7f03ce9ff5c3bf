import type { Transaction } from 'kysely';
import type { Db } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { hashOf, newToken } from './tokens.ts';

export type LinkPurpose = Tables['one_time_links']['purpose'];

export interface OneTimeLink {
  /** Absent for the first start. */
  readonly personId: string | undefined;
}

/**
 * Makes a link that works once, and ends the former ones for the same purpose and person.
 *
 * @returns the token, which is kept nowhere
 */
export async function createLink(
  trx: Transaction<Tables>,
  link: { readonly purpose: LinkPurpose; readonly personId: string | null; readonly expiresMs: number },
): Promise<string> {
  await deleteLinks(trx, link);
  const token = newToken();
  await trx
    .insertInto('one_time_links')
    .values({
      hash: hashOf(token),
      purpose: link.purpose,
      person_id: link.personId,
      expires_ms: link.expiresMs,
      used_ms: null,
    })
    .execute();
  return token;
}

export async function deleteLinks(
  trx: Transaction<Tables>,
  { purpose, personId }: { readonly purpose: LinkPurpose; readonly personId: string | null },
): Promise<void> {
  await trx
    .deleteFrom('one_time_links')
    .where('purpose', '=', purpose)
    .where('person_id', personId === null ? 'is' : '=', personId)
    .execute();
}

/** What a token opens, if it still does. */
export async function findLink(
  db: Db,
  purpose: LinkPurpose,
  token: string,
  nowMs: number,
): Promise<OneTimeLink | undefined> {
  const row = await db
    .selectFrom('one_time_links')
    .select('person_id')
    .where('hash', '=', hashOf(token))
    .where('purpose', '=', purpose)
    .where('used_ms', 'is', null)
    .where('expires_ms', '>', nowMs)
    .executeTakeFirst();
  return row === undefined ? undefined : { personId: row.person_id ?? undefined };
}

/** Takes the link: of two at the same moment one gets it. */
export async function useLink(
  trx: Transaction<Tables>,
  purpose: LinkPurpose,
  token: string,
  nowMs: number,
): Promise<OneTimeLink | undefined> {
  const link = await findLink(trx, purpose, token, nowMs);
  if (link === undefined) return undefined;
  const { numUpdatedRows } = await trx
    .updateTable('one_time_links')
    .set({ used_ms: nowMs })
    .where('hash', '=', hashOf(token))
    .where('used_ms', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n ? link : undefined;
}
