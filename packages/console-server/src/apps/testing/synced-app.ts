import KSUID from 'ksuid';
import type { Insertable } from 'kysely';
import type { Actor } from '../../domain/actor.ts';
import { countRisks } from '../../domain/risk.ts';
import { insertPerson } from '../../people/person.ts';
import { countApp } from '../../store/app-counts.ts';
import { searchText } from '../../store/search-text.ts';
import type { Store } from '../../store/store.ts';
import type { Tables } from '../../store/tables.ts';

export const NOW_MS = Date.parse('2026-11-20T10:00:00Z');

export function newId(atMs: number = NOW_MS): string {
  return KSUID.randomSync(new Date(atMs)).string;
}

const seen = {
  first_seen_ms: NOW_MS,
  first_sync_id: null,
  last_seen_ms: NOW_MS,
  removed_ms: null,
  removed_sync_id: null,
};

/** Rows as a sync leaves them, written by hand. */
export class SyncedApp {
  readonly appId = newId();
  readonly connectorId = newId();
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async create(displayName: string, ownerIds: readonly string[] = []): Promise<this> {
    const { db } = this.#store;
    await db
      .insertInto('apps')
      .values({
        id: this.appId,
        display_name: displayName,
        description: '',
        kind: 'MANAGED',
        identity_matching: 'STRICT',
        matching_rules: '[]',
        created_ms: NOW_MS,
        deleted_ms: null,
        search: searchText(displayName),
      })
      .execute();
    for (const person_id of ownerIds) {
      await db.insertInto('app_owners').values({ app_id: this.appId, person_id }).execute();
    }
    await db
      .insertInto('resource_types')
      .values({
        app_id: this.appId,
        external_id: 'scope',
        display_name: 'Scope',
        traits: '["TRAIT_ROLE"]',
        removed_ms: null,
      })
      .execute();
    return this;
  }

  async account(displayName: string, change: Partial<Insertable<Tables['accounts']>> = {}): Promise<string> {
    const id = newId();
    const email = change.email ?? `${displayName.toLowerCase().replaceAll(/[^a-z]+/g, '.')}@marlowe.example`;
    await this.#store.db
      .insertInto('accounts')
      .values({
        ...seen,
        id,
        app_id: this.appId,
        connector_id: this.connectorId,
        resource_id: newId(),
        resource_type_id: 'teammate',
        external_id: id,
        display_name: displayName,
        email,
        username: '',
        keys: '{}',
        status: 'ENABLED',
        status_details: '',
        type: 'USER',
        type_is_manual: 0,
        owner_id: null,
        owner_source: 'NONE',
        is_external: 0,
        ...countRisks([]),
        roles: '[]',
        profile: '{}',
        fingerprint: '',
        search: searchText(displayName, email),
        ...change,
      })
      .execute();
    await this.recount();
    return id;
  }

  async entitlement(slug: string, risk: number, change: Partial<Insertable<Tables['entitlements']>> = {}) {
    const { db } = this.#store;
    const [id, resourceId] = [newId(), newId()];
    await db
      .insertInto('resources')
      .values({
        ...seen,
        id: resourceId,
        app_id: this.appId,
        connector_id: this.connectorId,
        resource_type_id: 'scope',
        external_id: slug,
        display_name: slug,
        custom_name: '',
        description: '',
        parent_id: null,
        status: null,
        status_details: '',
        profile: '{}',
        fingerprint: '',
        search: searchText(slug),
      })
      .execute();
    await db
      .insertInto('entitlements')
      .values({
        ...seen,
        id,
        app_id: this.appId,
        connector_id: this.connectorId,
        resource_id: resourceId,
        resource_type_id: 'scope',
        external_id: `scope:${slug}:assigned`,
        slug,
        display_name: slug,
        alias: '',
        description: '',
        purpose: 'PERMISSION',
        risk,
        connector_risk: risk,
        manual_risk: null,
        is_unknown: 0,
        frameworks: '[]',
        grant_count: 0,
        is_built_in: 0,
        is_immutable: 0,
        fingerprint: '',
        search: searchText(slug),
        ...change,
      })
      .execute();
    await this.recount();
    return id;
  }

  async grant(accountId: string, entitlementId: string, change: Partial<Insertable<Tables['grants']>> = {}) {
    const { db } = this.#store;
    const { risk } = await db
      .selectFrom('entitlements')
      .select('risk')
      .where('id', '=', entitlementId)
      .executeTakeFirstOrThrow();
    await db
      .insertInto('grants')
      .values({
        app_id: this.appId,
        connector_id: this.connectorId,
        account_id: accountId,
        entitlement_id: entitlementId,
        is_direct: 1,
        sources: null,
        is_immutable: 0,
        metadata: null,
        risk,
        granted_ms: NOW_MS,
        granted_sync_id: newId(),
        since_first_sync: 0,
        revoked_ms: null,
        revoked_sync_id: null,
        ...change,
      })
      .execute();
    await this.#count(accountId, entitlementId);
  }

  /** After rows were changed without what changes them in the product. */
  async recount(): Promise<void> {
    await this.#store.transaction((trx) => countApp(trx, this.appId));
  }

  async #count(accountId: string, entitlementId: string): Promise<void> {
    const { db } = this.#store;
    const present = db.selectFrom('grants').select('risk').where('revoked_ms', 'is', null);
    const [ofAccount, ofEntitlement] = [
      await present.where('account_id', '=', accountId).execute(),
      await present.where('entitlement_id', '=', entitlementId).execute(),
    ];
    await db
      .updateTable('accounts')
      .set(countRisks(ofAccount.map(({ risk }) => risk)))
      .where('id', '=', accountId)
      .execute();
    await db
      .updateTable('entitlements')
      .set({ grant_count: ofEntitlement.length })
      .where('id', '=', entitlementId)
      .execute();
    await this.recount();
  }
}

/** Somebody of the directory with these roles. */
export async function newActor(store: Store, displayName: string, roles: Actor['roles']): Promise<Actor> {
  const email = `${displayName.toLowerCase()}@marlowe.example`;
  const { id } = await store.transaction((trx) =>
    insertPerson(trx, NOW_MS, { email, displayName, origin: 'LOCAL', roles }),
  );
  return { kind: 'PERSON', id, displayName, roles };
}
