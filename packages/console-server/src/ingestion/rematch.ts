import { setImmediate } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import { isExternal } from '../domain/owner-matching.ts';
import { organizationSetting } from '../settings/organization.ts';
import { readSetting } from '../settings/settings.ts';
import { countApp } from '../store/app-counts.ts';
import type { Db, Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { BulkWriter } from './bulk.ts';
import { chunks } from './ingestion.ts';
import { type FindOwner, ownerFinder } from './owner-rules.ts';

/** A page is matched without a pause: some 20 ms. */
const ACCOUNTS_AT_A_TIME = 500;

/**
 * Finds the owners of accounts anew, after rules, types or trusted domains have changed. What people decided stays. In the
 * transaction of that change.
 *
 * @param apps which ones; without them all
 * @returns how many accounts changed
 */
export async function rematch(
  trx: Transaction<Tables>,
  dialect: Store['dialect'],
  { appIds }: { readonly appIds?: readonly string[] } = {},
): Promise<number> {
  const ids =
    appIds ?? (await trx.selectFrom('apps').select('id').where('deleted_ms', 'is', null).execute()).map(({ id }) => id);
  let changed = 0;
  for (const appId of ids) {
    const matches = await matching(trx, appId);
    const writer = new OwnerWriter(trx, dialect);
    for await (const rows of pagesOf(trx, appId)) await writer.add(matches(rows));
    changed += await writer.finish(appId);
  }
  return changed;
}

/** The same for some accounts of an app. */
export async function rematchAccounts(
  trx: Transaction<Tables>,
  dialect: Store['dialect'],
  appId: string,
  accountIds: readonly string[],
): Promise<number> {
  const matches = await matching(trx, appId);
  const writer = new OwnerWriter(trx, dialect);
  for (const ids of chunks(accountIds))
    await writer.add(matches(await accounts(trx, appId).where('id', 'in', ids).execute()));
  return await writer.finish(appId);
}

/**
 * The same for a whole app, after people have changed: not all or nothing, since each account is matched by itself. So nobody
 * who writes waits for a hundred thousand accounts that stay as they are.
 *
 * @param inApp runs a transaction that others who change the app wait for
 */
export async function rematchInSteps(
  store: Store,
  appId: string,
  inApp: (work: (trx: Transaction<Tables>) => Promise<void>) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const matches = await matching(store.db, appId);
  for await (const rows of pagesOf(store.db, appId)) {
    await setImmediate();
    if (signal.aborted) return;
    const ids = matches(rows).map(({ id }) => id);
    if (ids.length > 0) await inApp(async (trx) => void (await rematchAccounts(trx, store.dialect, appId, ids)));
  }
}

const accounts = (db: Db, appId: string) =>
  db
    .selectFrom('accounts')
    .select(['id', 'type', 'keys', 'display_name', 'external_id', 'resource_type_id', 'profile', 'email'])
    .select(['owner_id', 'owner_source', 'is_external'])
    .where('app_id', '=', appId);

type AccountRow = Awaited<ReturnType<ReturnType<typeof accounts>['execute']>>[number];
type Owned = Pick<AccountRow, 'id' | 'owner_id' | 'owner_source' | 'is_external'>;

async function* pagesOf(db: Db, appId: string): AsyncGenerator<AccountRow[]> {
  let after = '';
  for (;;) {
    const rows = await accounts(db, appId).where('id', '>', after).orderBy('id').limit(ACCOUNTS_AT_A_TIME).execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = last.id;
  }
}

/** What becomes of accounts, of those alone that change. */
async function matching(db: Db, appId: string): Promise<(rows: readonly AccountRow[]) => Owned[]> {
  const { trustedDomains } = await readSetting(db, organizationSetting);
  const findOwner = await ownerFinder(db, appId);
  return (rows) =>
    rows.flatMap((row) => {
      const next = owned(row, findOwner, trustedDomains);
      const isSame =
        next.owner_id === row.owner_id &&
        next.owner_source === row.owner_source &&
        next.is_external === row.is_external;
      return isSame ? [] : [next];
    });
}

function owned(row: AccountRow, findOwner: FindOwner, trustedDomains: readonly string[]): Owned {
  const { id, owner_id, owner_source } = row;
  const is_external = Number(isExternal(row.email, trustedDomains));
  if (owner_source === 'MANUAL' || owner_source === 'CLEARED') return { id, owner_id, owner_source, is_external };
  const { ownerId, source } = findOwner({ ...row, keys: JSON.parse(row.keys) });
  return { id, owner_id: ownerId, owner_source: source, is_external };
}

class OwnerWriter {
  readonly #trx: Transaction<Tables>;
  readonly #updates;

  constructor(trx: Transaction<Tables>, dialect: Store['dialect']) {
    this.#trx = trx;
    this.#updates = new BulkWriter({
      trx,
      dialect,
      how: 'update',
      table: 'accounts',
      columns: { id: 'text', owner_id: 'text', owner_source: 'text', is_external: 'integer' },
      fixed: {},
    });
  }

  async add(rows: readonly Owned[]): Promise<void> {
    for (const row of rows) await this.#updates.add(row);
  }

  async finish(appId: string): Promise<number> {
    await this.#updates.flush();
    if (this.#updates.rows > 0) await countApp(this.#trx, appId);
    return this.#updates.rows;
  }
}
