// A company as a connector would report it, and a console that gets its files.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openC1z } from '@baton-ts/c1z';
import { packAny } from '@baton-ts/protocol/annotations';
import {
  type Entitlement,
  Entitlement_PurposeValue,
  EntitlementSchema,
  GrantImmutableSchema,
  GrantMetadataSchema,
  GrantSchema,
  type Resource,
  ResourceSchema,
  ResourceType_Trait,
  ResourceTypeSchema,
  RoleTraitSchema,
  UserTrait_AccountType,
  UserTraitSchema,
} from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import KSUID from 'ksuid';
import type { Clock } from '../../clock.ts';
import { systemActor } from '../../domain/actor.ts';
import type { Store } from '../../store/store.ts';
import { type IngestResult, ingest, type Upload } from '../ingest.ts';

export interface Person {
  readonly id: string;
  readonly email?: string;
  readonly name?: string;
  readonly isService?: boolean;
  /** Scopes by name, or `role:admin`, which passes on every scope. */
  readonly holds: readonly string[];
}

export interface Company {
  readonly people: readonly Person[];
  readonly scopes: readonly { readonly name: string; readonly risk: string; readonly title?: string }[];
  /** Who is left out of the resources, though the grants are there. */
  readonly without?: string;
}

/** Writes the finished sync that a connector would make of the company. */
export async function writeCompany(path: string, { people, scopes, without }: Company): Promise<void> {
  const store = await openC1z(path);
  const sync = store.startSync({ syncType: 'full' });
  const scopeEntitlements = new Map(scopes.map((scope) => [scope.name, scopeEntitlement(scope)]));
  const admin = adminEntitlement();
  const members = people.map(member);
  sync.putResourceTypes([
    create(ResourceTypeSchema, { id: 'member', displayName: 'members', traits: [ResourceType_Trait.USER] }),
    create(ResourceTypeSchema, { id: 'scope', displayName: 'scopes', traits: [ResourceType_Trait.ROLE] }),
    create(ResourceTypeSchema, { id: 'role', displayName: 'roles', traits: [ResourceType_Trait.ROLE] }),
  ]);
  const all = [...scopeEntitlements.values(), admin];
  sync.putResources([
    ...members.filter(({ id }) => id?.resource !== without),
    ...all.flatMap(({ resource }) => resource ?? []),
  ]);
  sync.putEntitlements(all);
  for (const [index, { holds }] of people.entries()) {
    const principal = members[index];
    if (principal === undefined) continue;
    const isAdmin = holds.includes('role:admin');
    const rows = [...scopeEntitlements].flatMap(([name, on]) => {
      if (!isAdmin && !holds.includes(name)) return [];
      return [grantOf(on, principal, { isDirect: holds.includes(name), isInherited: isAdmin })];
    });
    if (isAdmin) rows.push(grantOf(admin, principal, { isDirect: true, isInherited: false }));
    sync.putGrants(rows);
  }
  sync.checkpoint('{}');
  await store.finishSync(sync, { syncToken: '' });
  await store.close();
}

function member({ id, email = `${id}@example.com`, name = id, isService = false }: Person): Resource {
  return create(ResourceSchema, {
    id: { resourceType: 'member', resource: id },
    displayName: name,
    profile: { username: id },
    annotations: [
      packAny(UserTraitSchema, {
        emails: [{ address: email, isPrimary: true }],
        login: id,
        accountType: isService ? UserTrait_AccountType.SERVICE : UserTrait_AccountType.HUMAN,
      }),
    ],
  });
}

function scopeEntitlement({ name, risk, title = name }: Company['scopes'][number]): Entitlement {
  return create(EntitlementSchema, {
    id: `scope:${name}:assigned`,
    slug: 'assigned',
    displayName: title,
    description: `May do ${name}. Risk: ${risk}.`,
    purpose: Entitlement_PurposeValue.PERMISSION,
    resource: create(ResourceSchema, {
      id: { resourceType: 'scope', resource: name },
      displayName: title,
      annotations: [packAny(RoleTraitSchema, {})],
    }),
  });
}

function adminEntitlement(): Entitlement {
  return create(EntitlementSchema, {
    id: 'role:admin:assigned',
    slug: 'assigned',
    displayName: 'Admin',
    description: 'May do everything. Risk: critical.',
    purpose: Entitlement_PurposeValue.ASSIGNMENT,
    resource: create(ResourceSchema, {
      id: { resourceType: 'role', resource: 'admin' },
      displayName: 'Admin',
      annotations: [packAny(RoleTraitSchema, {})],
    }),
  });
}

function grantOf(
  on: Entitlement,
  principal: Resource,
  { isDirect, isInherited }: { readonly isDirect: boolean; readonly isInherited: boolean },
) {
  const sources = {
    'role:admin:assigned': { isDirect: true },
    ...(isDirect && { [on.id]: { isDirect: true } }),
  };
  return create(GrantSchema, {
    id: `${on.id}:member:${principal.id?.resource}`,
    entitlement: on,
    principal,
    ...(isInherited && { sources: { sources } }),
    annotations: isInherited
      ? [packAny(GrantImmutableSchema, {}), packAny(GrantMetadataSchema, { metadata: { through: 'admin' } })]
      : [],
  });
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

export const newId = (): string => KSUID.randomSync().string;

export class Console {
  readonly store: Store;
  readonly folder: string;
  readonly #ingest: typeof ingest;
  nowMs = Date.UTC(2026, 0, 5);
  readonly clock: Clock = { now: () => this.nowMs, sleep: async () => {} };

  /** @param how in this thread, or aside */
  constructor(store: Store, folder: string, how = ingest) {
    this.store = store;
    this.folder = folder;
    this.#ingest = how;
  }

  async addApp(): Promise<string> {
    const id = newId();
    await this.store.db
      .insertInto('apps')
      .values({
        id,
        display_name: 'SendGrid',
        description: '',
        kind: 'MANAGED',
        identity_matching: 'STRICT',
        matching_rules: '[]',
        created_ms: this.nowMs,
        deleted_ms: null,
        search: 'sendgrid',
      })
      .execute();
    return id;
  }

  async addConnector(appId: string): Promise<Pick<Upload, 'appId' | 'connectorId'>> {
    const id = newId();
    await this.store.db
      .insertInto('connectors')
      .values({
        id,
        app_id: appId,
        catalog_id: 'sendgrid',
        display_name: 'SendGrid',
        description: '',
        config: '{}',
        provisioning: 0,
        schedule: '{}',
        pause_on_anomaly: 1,
        status: 'SYNCING',
        status_reason: '',
        progress: null,
        last_error: null,
        failures: 0,
        last_good_sync_ms: null,
        next_sync_ms: null,
        paused_by: null,
        paused_ms: null,
        held_back_sync_id: null,
        c1_connector_id: id,
        notes: '[]',
        created_ms: this.nowMs,
        created_by: null,
        deleted_ms: null,
        search: 'sendgrid',
      })
      .execute();
    return { appId, connectorId: id };
  }

  async addPerson(email: string, displayName: string): Promise<string> {
    const id = newId();
    await this.store.db
      .insertInto('people')
      .values({
        id,
        email,
        display_name: displayName,
        job_title: '',
        department: '',
        manager_email: '',
        status: 'ENABLED',
        origin: 'LOCAL',
        roles: '[]',
        invited_until_ms: null,
        last_sign_in_ms: null,
        created_ms: this.nowMs,
        updated_ms: this.nowMs,
        search: email,
      })
      .execute();
    return id;
  }

  /** Takes a file in, an hour after the one before. */
  async upload(
    to: Pick<Upload, 'appId' | 'connectorId'>,
    what: Company | { readonly path: string },
    { force = false, signal = new AbortController().signal }: { force?: boolean; signal?: AbortSignal } = {},
  ): Promise<IngestResult> {
    this.nowMs += 3_600_000;
    const syncId = newId();
    let path = join(this.folder, `${syncId}.c1z`);
    if ('path' in what) path = what.path;
    else await writeCompany(path, what);
    const context = { actor: systemActor, requestId: syncId, ip: '', signal };
    await this.store.db
      .insertInto('syncs')
      .values({
        id: syncId,
        connector_id: to.connectorId,
        app_id: to.appId,
        c1_task_id: null,
        trigger: 'SCHEDULE',
        triggered_by: null,
        started_ms: this.nowMs,
        finished_ms: null,
        result: 'RUNNING',
        reason: '',
        counts: null,
        differences: null,
        warnings: '[]',
        file_path: path,
        file_bytes: 0,
        file_sha256: await sha256Of(path),
      })
      .execute();
    const done = await this.#ingest(this.store, {
      ...to,
      force,
      syncId,
      path,
      context,
      clock: this.clock,
      tempDir: this.folder,
    });
    await this.store.db
      .updateTable('syncs')
      .set({ result: done.result, warnings: JSON.stringify(done.warnings), finished_ms: this.nowMs })
      .where('id', '=', syncId)
      .execute();
    return done;
  }
}
