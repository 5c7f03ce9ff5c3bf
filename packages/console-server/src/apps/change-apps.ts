import type { CheckedRequest } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import KSUID from 'ksuid';
import type { Transaction } from 'kysely';
import type { AuditLog } from '../audit/audit-log.ts';
import { changedFields } from '../audit/changes.ts';
import type { Clock } from '../clock.ts';
import { findOwners } from '../connectors/create-connector.ts';
import type { RequestContext } from '../domain/actor.ts';
import { compileKey } from '../domain/matching-rules.ts';
import { searchText } from '../store/search-text.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { type AppRow, asTarget, getAppForChange } from './app-rows.ts';
import { appOwners } from './show-apps.ts';

export interface AppParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditLog;
  /**
   * Finds the owners of an app's accounts anew; those that a person has set or cleared stay. In the caller's
   * transaction.
   */
  readonly rematch: (trx: Transaction<Tables>, appId: string, accountIds?: readonly string[]) => Promise<unknown>;
}

export async function createApp(
  { store, clock, audit }: AppParts,
  { displayName, description, ownerIds }: CheckedRequest<'POST /api/v1/apps'>['body'],
  context: RequestContext,
): Promise<AppRow> {
  return await store.transaction(async (trx) => {
    const owners = await findOwners(trx, ownerIds);
    const nowMs = clock.now();
    const row: AppRow = {
      id: KSUID.randomSync(new Date(nowMs)).string,
      display_name: displayName,
      description,
      kind: 'MANAGED',
      identity_matching: 'STRICT',
      matching_rules: '[]',
      created_ms: nowMs,
      deleted_ms: null,
      search: searchText(displayName),
    };
    await trx.insertInto('apps').values(row).execute();
    await trx
      .insertInto('app_owners')
      .values(owners.map(({ id }) => ({ app_id: row.id, person_id: id })))
      .execute();
    const after = { displayName, description, kind: row.kind, owners: owners.map(({ email }) => email) };
    await audit.append(trx, context, { action: 'app.created', target: asTarget(row), after });
    return row;
  });
}

/** @throws BatonError `InvalidArgument` for a rule that cannot be used */
export async function changeApp(
  { store, audit, rematch }: AppParts,
  appId: string,
  changes: CheckedRequest<'POST /api/v1/apps/{app_id}'>['body'],
  context: RequestContext,
): Promise<AppRow> {
  return await store.transaction(async (trx) => {
    const row = await getAppForChange(store, trx, appId, context.actor);
    const displayName = changes.displayName ?? row.display_name;
    if (displayName.trim() === '') throw new BatonError(Code.InvalidArgument, 'An app needs a name.');
    const next: AppRow = {
      ...row,
      display_name: displayName.trim(),
      description: changes.description ?? row.description,
      identity_matching: changes.identityMatching ?? row.identity_matching,
      matching_rules: changes.matchingRules === undefined ? row.matching_rules : JSON.stringify(changes.matchingRules),
      search: searchText(displayName),
    };
    checkRules(next.identity_matching, changes.matchingRules, next.matching_rules);
    const changed = changedFields(fieldsOf(row), fieldsOf(next));
    if (changed === undefined) return row;
    await trx.updateTable('apps').set(next).where('id', '=', appId).execute();
    const isMatchedAnew =
      next.identity_matching !== row.identity_matching ||
      (next.identity_matching === 'CUSTOM' && next.matching_rules !== row.matching_rules);
    if (isMatchedAnew) await rematch(trx, appId);
    await audit.append(trx, context, { action: 'app.changed', target: asTarget(next), ...changed });
    return next;
  });
}

function fieldsOf(row: AppRow) {
  return {
    displayName: row.display_name,
    description: row.description,
    identityMatching: row.identity_matching,
    matchingRules: JSON.parse(row.matching_rules) as unknown,
  };
}

function checkRules(
  mode: AppRow['identity_matching'],
  rules: CheckedRequest<'POST /api/v1/apps/{app_id}'>['body']['matchingRules'],
  saved: string,
): void {
  if (mode === 'CUSTOM' && saved === '[]') {
    throw new BatonError(Code.InvalidArgument, 'Custom matching needs at least one pair of keys.');
  }
  for (const [index, { accountKey, userKey }] of (rules ?? []).entries()) {
    for (const [variable, expression] of [
      ['account', accountKey],
      ['user', userKey],
    ] as const) {
      try {
        compileKey(variable, expression);
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : '';
        throw new BatonError(Code.InvalidArgument, `The ${variable} key of pair ${index + 1} cannot be used: ${why}`, {
          cause,
        });
      }
    }
  }
}

export async function setAppOwners(
  { store, audit }: AppParts,
  appId: string,
  userIds: readonly string[],
  context: RequestContext,
): Promise<AppRow> {
  return await store.transaction(async (trx) => {
    const row = await getAppForChange(store, trx, appId, context.actor);
    const before = (await appOwners(trx, [appId])).get(appId) ?? [];
    const owners = await findOwners(trx, userIds);
    const emails = (people: readonly { readonly email: string }[]) => people.map(({ email }) => email).sort();
    const changed = changedFields({ owners: emails(before) }, { owners: emails(owners) });
    if (changed === undefined) return row;
    await trx.deleteFrom('app_owners').where('app_id', '=', appId).execute();
    await trx
      .insertInto('app_owners')
      .values(owners.map(({ id }) => ({ app_id: appId, person_id: id })))
      .execute();
    await audit.append(trx, context, { action: 'app.owners_changed', target: asTarget(row), ...changed });
    return row;
  });
}

/** The app is no longer shown. What was read of it, and its history, stays. */
export async function deleteApp(
  { store, clock, audit }: AppParts,
  appId: string,
  confirmation: string,
  context: RequestContext,
): Promise<void> {
  await store.transaction(async (trx) => {
    const row = await getAppForChange(store, trx, appId, context.actor);
    if (confirmation.trim() !== row.display_name.trim()) {
      throw new BatonError(Code.InvalidArgument, `Type the app's name, ${row.display_name}, to delete it.`);
    }
    const connector = await trx
      .selectFrom('connectors')
      .select('display_name')
      .where('app_id', '=', appId)
      .where('deleted_ms', 'is', null)
      .executeTakeFirst();
    if (connector !== undefined) {
      throw new BatonError(
        Code.FailedPrecondition,
        `The connector ${connector.display_name} still reads this app. Delete it first.`,
      );
    }
    await trx.updateTable('apps').set({ deleted_ms: clock.now() }).where('id', '=', appId).execute();
    await audit.append(trx, context, { action: 'app.deleted', target: asTarget(row) });
  });
}
