import { setImmediate } from 'node:timers/promises';
import type { GrantRef, SyncReader } from '@baton-ts/c1z';
import { findAnnotation, hasAnnotation } from '@baton-ts/protocol/annotations';
import {
  type Entitlement,
  type Grant,
  GrantMetadataSchema,
  type Resource,
  type ResourceType,
  ResourceType_Trait,
  SkipEntitlementsAndGrantsSchema,
  SkipEntitlementsSchema,
  SkipGrantsSchema,
  UserTrait_AccountType,
} from '@baton-ts/protocol/connector-v2';
import { refOf } from '../lists/joins.ts';
import { Lru } from '../lists/lru.ts';
import { allPages } from '../lists/pages.ts';
import {
  displayName,
  emailsOf,
  entitlementName,
  profileOf,
  resourceName,
  stateOf,
  statusDetailsOf,
  userTrait,
} from '../lists/resource-facts.ts';
import { isAdminEntitlement } from './admin-names.ts';
import { domainOf } from './domains.ts';
import { type Evidence, int, text } from './evidence.ts';
import { invitationName, isInvitationResource } from './invitations.ts';
import { type Risk, riskOfEntitlement, riskOfResource, toRisk } from './risk.ts';

/** Rated resources that are remembered, to rate grants that name them: more than any catalogue of permissions holds. */
const MAX_RATED = 100_000;

/** Entitlements whose risk is at hand: grants name the same ones again. */
const KEPT_RISKS = 10_000;

/** Of a grant that is there through others, as many of them are kept. */
const MAX_SOURCES = 5;

/** Rows between two looks at Ctrl-C: reading is synchronous. */
const ROWS_BETWEEN_TURNS = 5000;

/** Reads a sync into the tables of the evidence, row by row. */
export async function readSync(sync: SyncReader, evidence: Evidence, signal: AbortSignal): Promise<void> {
  const reading = new Reading(sync.resourceTypes(), evidence);
  const each = async <Row>(rows: Iterable<Row>, add: (row: Row) => void) => {
    let count = 0;
    for (const row of rows) {
      add(row);
      count += 1;
      if (count % ROWS_BETWEEN_TURNS !== 0) continue;
      await setImmediate();
      signal.throwIfAborted();
    }
  };
  await each(
    allPages((page) => sync.resources(page)),
    (resource) => reading.addResource(resource),
  );
  await each(
    allPages((page) => sync.entitlements(page)),
    (entitlement) => reading.addEntitlement(entitlement),
  );
  await each(
    allPages((page) => sync.grantRefs(page)),
    (grant) => reading.addGrant(grant),
  );
  evidence.complete();
}

class Reading {
  readonly #evidence: Evidence;
  readonly #types: ReadonlyMap<string, ResourceType>;
  /** By the id alone: the metadata of a grant names permissions without their type. */
  readonly #rated = new Map<string, Risk>();
  readonly #entitlementRisks = new Lru<string, number>(KEPT_RISKS);

  constructor(types: readonly ResourceType[], evidence: Evidence) {
    this.#evidence = evidence;
    this.#types = new Map(types.map((type) => [type.id, type]));
    for (const type of types) evidence.add('types', [type.id, displayName(type), skipsOf(type)]);
  }

  addResource(resource: Resource): void {
    const { resourceType, resource: id } = refOf(resource);
    const risk = riskOfResource(resource);
    const { known } = profileOf(resource);
    const kind = this.#kindOf(resource);
    const [email = ''] = emailsOf(resource);
    if (risk > 0 && this.#rated.size < MAX_RATED) this.#rated.set(id, risk);
    this.#evidence.add('resources', [
      resourceType,
      id,
      kind === 'invitation' ? invitationName(resource) : resourceName(resource),
      kind,
      email,
      domainOf(email),
      userTrait(resource)?.login ?? '',
      stateOf(resource),
      statusDetailsOf(resource),
      risk,
      typeof known === 'boolean' ? Number(known) : null,
      resource.parentResourceId?.resourceType ?? '',
      resource.parentResourceId?.resource ?? '',
      // What has a risk, or a place in a catalogue, is a single permission, whatever its type is called.
      Number(risk === 0 && known === undefined && this.#hasTrait(resourceType, ResourceType_Trait.ROLE)),
    ]);
  }

  addEntitlement(entitlement: Entitlement): void {
    const { resourceType, resource: id } = refOf(entitlement.resource);
    const [on] = this.#evidence.rows(
      'select risk, is_role, name from resources where type = ? and id = ?',
      resourceType,
      id,
    );
    const roleNames = int(on, 'is_role') === 1 ? [id, text(on, 'name')] : [];
    this.#evidence.add('entitlements', [
      entitlement.id,
      resourceType,
      id,
      entitlementName(entitlement),
      riskOfEntitlement(entitlement, toRisk(int(on, 'risk'))),
      Number(isAdminEntitlement(entitlement, roleNames)),
    ]);
  }

  addGrant({ id, entitlementId, resource: on, principal: holder, saysMore, read }: GrantRef): void {
    // Most grants are their ids, and reading them would take most of the time.
    const grant = saysMore() ? read() : undefined;
    const sources = Object.keys(grant?.sources?.sources ?? {}).sort();
    const through = sources.filter((source) => source !== entitlementId);
    this.#evidence.add('grants', [
      null,
      id,
      entitlementId,
      on.resourceType,
      on.resource,
      holder.resourceType,
      holder.resource,
      (grant === undefined ? undefined : this.#riskInMetadata(grant)) ?? this.#riskOf(entitlementId),
      // `c1z-format.md §5.6`: no sources, or its own entitlement among them.
      Number(sources.length === 0 || through.length < sources.length),
      JSON.stringify(through.slice(0, MAX_SOURCES)),
    ]);
  }

  #riskOf(entitlementId: string): number {
    return this.#entitlementRisks.get(entitlementId, () => {
      const [entitlement] = this.#evidence.rows('select risk from entitlements where id = ?', entitlementId);
      return int(entitlement, 'risk');
    });
  }

  /** Access whose extent stands on the grant, as `scopes`, is as risky as the gravest of these. */
  #riskInMetadata(grant: Grant): Risk | undefined {
    const scopes = findAnnotation(grant.annotations, GrantMetadataSchema)?.metadata?.['scopes'];
    if (!Array.isArray(scopes)) return undefined;
    const found = scopes.map((name) => (typeof name === 'string' ? this.#rated.get(name) : undefined) ?? 0);
    return toRisk(Math.max(0, ...found));
  }

  #kindOf(resource: Resource): 'person' | 'service' | 'invitation' | 'other' {
    const type = this.#types.get(refOf(resource).resourceType);
    const user = userTrait(resource);
    if (user === undefined && type?.traits.includes(ResourceType_Trait.USER) !== true) return 'other';
    if (isInvitationResource(resource, type)) return 'invitation';
    const isMachine =
      user?.accountType === UserTrait_AccountType.SERVICE || user?.accountType === UserTrait_AccountType.SYSTEM;
    return isMachine ? 'service' : 'person';
  }

  #hasTrait(typeId: string, trait: ResourceType_Trait): boolean {
    return this.#types.get(typeId)?.traits.includes(trait) === true;
  }
}

/** What the connector says that a type cannot have. */
function skipsOf({ annotations }: ResourceType): '' | 'entitlements' | 'grants' | 'both' {
  if (hasAnnotation(annotations, SkipEntitlementsAndGrantsSchema)) return 'both';
  if (hasAnnotation(annotations, SkipEntitlementsSchema)) return 'entitlements';
  return hasAnnotation(annotations, SkipGrantsSchema) ? 'grants' : '';
}
