import type { SyncWriter } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol';
import { hasAnnotation, typeNameOf, unpack } from '@baton-ts/protocol/annotations';
import {
  ChildResourceTypeSchema,
  type Entitlement,
  type Grant,
  InsertResourceGrantsSchema,
  type Resource,
  ResourceSchema,
  SkipEntitlementsAndGrantsSchema,
  SkipEntitlementsSchema,
  SkipGrantsSchema,
  TypeScopedEntitlementsSchema,
  TypeScopedGrantsSchema,
} from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import type { Page, ResourceTypePart, SyncRequest, SyncSession } from '../connector.ts';
import { annotation } from '../model/annotations.ts';
import type { ResourceAddress } from '../model/baton-id.ts';
import { resourceId } from '../model/resource.ts';
import type { ExpandableGrants } from './expansion/expandable-grants.ts';
import type { Invariants } from './invariants.ts';
import { PageTokens } from './page-tokens.ts';
import { forEachPage } from './pages.ts';
import type { Report } from './report.ts';
import type { RowFilter } from './row-filter.ts';
import { describe } from './schedule.ts';
import type { Action, ActionInit, Operation, SyncState } from './state.ts';
import { placeOn } from './static-entitlement.ts';

/** Resources planned at once for entitlements and grants: bounds the stored state (about 150 bytes each). */
const planSize = 1_000;

export interface Plan {
  /** The parts that take part in this sync. */
  readonly parts: ReadonlyMap<string, ResourceTypePart>;
  /** All resource types of the connector. */
  readonly knownTypes: ReadonlySet<string>;
  /** Only these resources, when the sync is targeted. */
  readonly targets: readonly ResourceAddress[] | undefined;
  readonly withEntitlements: boolean;
  readonly withGrants: boolean;
}

/** Asks the connector for rows and stores them: every step but the expansion. */
export class Collector {
  readonly #plan: Plan;
  readonly #state: SyncState;
  readonly #writer: SyncWriter;
  readonly #filter: RowFilter;
  readonly #invariants: Invariants;
  readonly #expandable: ExpandableGrants;
  readonly #report: Report;
  readonly #tokens: PageTokens;
  readonly #session: SyncSession;
  /** Resources of planned actions, so that they need not be read back. */
  readonly #planned = new Map<string, Resource>();
  readonly #plannedKeys: Record<'list-entitlements' | 'list-grants', Set<string>> = {
    'list-entitlements': new Set(),
    'list-grants': new Set(),
  };
  readonly #scheduledChildren = new Set<string>();

  constructor(tools: {
    plan: Plan;
    state: SyncState;
    writer: SyncWriter;
    filter: RowFilter;
    invariants: Invariants;
    expandable: ExpandableGrants;
    report: Report;
  }) {
    this.#plan = tools.plan;
    this.#state = tools.state;
    this.#writer = tools.writer;
    this.#filter = tools.filter;
    this.#invariants = tools.invariants;
    this.#expandable = tools.expandable;
    this.#report = tools.report;
    this.#tokens = new PageTokens(tools.state);
    const { writer } = tools;
    this.#session = {
      get: (key) => writer.sessionGet(key),
      set: (key, value) => writer.sessionSet(key, value),
      entries: (prefix) => writer.sessionEntries(prefix),
    };
  }

  /** Learns from the rows that an interrupted sync has stored; what it had scheduled is done or still in its state. */
  resume(): void {
    const writer = this.#writer;
    forEachPage(
      (cursor) => writer.resources({ cursor }),
      (rows) => {
        this.#invariants.addResources(rows);
        for (const row of rows) for (const { key } of this.#childrenOf(row)) this.#scheduledChildren.add(key);
      },
    );
    forEachPage(
      (cursor) => writer.entitlements({ cursor }),
      (rows) => this.#invariants.addEntitlements(rows),
    );
    forEachPage(
      (cursor) => writer.grants({ cursor }),
      (rows) => {
        this.#invariants.addGrants(rows);
        this.#expandable.add(rows);
      },
    );
    this.#state.needsExpansion ||= this.#expandable.size > 0;
  }

  isPlan(action: Action): boolean {
    const { operation } = action;
    return (
      operation === 'init' ||
      operation === 'list-resource-types' ||
      (operation !== 'grant-expansion' && !action.resourceTypeId)
    );
  }

  plan(action: Action): void {
    switch (action.operation) {
      case 'init':
        this.#state.complete(action);
        this.#planSteps();
        return;
      case 'list-resource-types':
        this.#report.step('resource types');
        this.#writer.putResourceTypes(Array.from(this.#plan.parts.values(), (part) => part.type));
        this.#report.resourceTypes(this.#plan.parts.size);
        break;
      case 'list-resources':
        this.#report.step('resources');
        this.#pushForParts('list-resources', () => true);
        break;
      case 'list-static-entitlements':
        this.#report.step('entitlements');
        this.#pushForParts('list-static-entitlements', (part) => part.staticEntitlements !== undefined);
        break;
      case 'list-entitlements':
      case 'list-grants':
        this.#report.step(action.operation === 'list-grants' ? 'grants' : 'entitlements');
        this.#planPerResource(action, action.operation);
        return;
      default:
        throw new BatonError(
          Code.DataLoss,
          `The state of the sync holds an action without a resource type: ${action.operation}.`,
        );
    }
    this.#state.complete(action);
  }

  /** One page of an action; returns the action at its next page. */
  async page(action: Action, signal: AbortSignal): Promise<Action | undefined> {
    const part = this.#plan.parts.get(action.resourceTypeId ?? '');
    if (!part) {
      this.#state.complete(action);
      return undefined;
    }
    const request: SyncRequest = { signal, pageToken: action.pageToken, session: this.#session };
    switch (action.operation) {
      case 'targeted-resource-sync':
        return this.#readTarget(action, part, request);
      case 'list-resources': {
        const page = await part.list({ ...request, parent: parentOf(action) });
        this.#storeResources(page.items, action.resourceTypeId);
        return this.#follow(action, page);
      }
      case 'list-static-entitlements': {
        const page = await part.staticEntitlements?.(request);
        if (page) this.#storeStaticEntitlements(page.items, part.type.id);
        return this.#follow(action, page ?? { items: [] });
      }
      case 'list-entitlements': {
        const page = await part.entitlements?.({ ...request, resource: this.#resourceOf(action) });
        if (page) this.#storeEntitlements(page.items);
        return this.#follow(action, page ?? { items: [] });
      }
      case 'list-grants': {
        const page = await part.grants?.({ ...request, resource: this.#resourceOf(action) });
        if (page) this.#storeGrants(page);
        return this.#follow(action, page ?? { items: [] });
      }
      default:
        throw new BatonError(Code.Internal, `There is no page to ask for: ${describe(action)}.`);
    }
  }

  /** Forgets what was kept for an action that ends without its last page. */
  skip(action: Action): void {
    this.#planned.delete(action.id);
    this.#state.complete(action);
  }

  #follow(action: Action, page: Page<unknown>): Action | undefined {
    const next = this.#tokens.follow(action, page);
    if (!next) {
      this.#planned.delete(action.id);
      this.#report.actionDone(action);
    }
    return next;
  }

  #planSteps(): void {
    const { targets, withEntitlements, withGrants } = this.#plan;
    if (withGrants && !targets) this.#state.push({ operation: 'grant-expansion' });
    if (withGrants) this.#state.push({ operation: 'list-grants' });
    if (withEntitlements) this.#state.push({ operation: 'list-entitlements' });
    if (withEntitlements && !targets) this.#state.push({ operation: 'list-static-entitlements' });
    if (targets) {
      for (const target of targets.toReversed()) {
        this.#state.push({
          operation: 'targeted-resource-sync',
          resourceTypeId: target.resourceType,
          resourceId: target.resource,
          ...(target.parent && {
            parentResourceTypeId: target.parent.resourceType,
            parentResourceId: target.parent.resource,
          }),
        });
      }
    } else {
      this.#state.push({ operation: 'list-resources' });
    }
    this.#state.push({ operation: 'list-resource-types' });
  }

  #pushForParts(operation: Operation, takes: (part: ResourceTypePart) => boolean): void {
    for (const part of [...this.#plan.parts.values()].toReversed()) {
      if (takes(part)) this.#state.push({ operation, resourceTypeId: part.type.id });
    }
  }

  #planPerResource(action: Action, operation: 'list-entitlements' | 'list-grants'): void {
    const pushes: [ActionInit, Resource?][] = [];
    if (!action.typeScopedPlanned && !this.#plan.targets) {
      for (const part of this.#plan.parts.values()) {
        if (this.#isTypeScoped(part, operation)) {
          pushes.push([{ operation, resourceTypeId: part.type.id, typeScoped: true }]);
        }
      }
    }
    const page = this.#writer.resources({ cursor: rowCursor(action), limit: planSize });
    const planned = this.#plannedKeys[operation];
    for (const resource of page.rows) {
      const { id } = resource;
      const part = id && this.#plan.parts.get(id.resourceType);
      if (!id || !part || !asks(part, resource, operation)) continue;
      if (this.#isTypeScoped(part, operation) && !this.#plan.targets) continue;
      const key = `${id.resourceType}\0${id.resource}`;
      if (planned.has(key)) continue;
      planned.add(key);
      pushes.push([{ operation, resourceTypeId: id.resourceType, resourceId: id.resource }, resource]);
    }
    if (page.next === undefined) {
      this.#state.complete(action);
      planned.clear();
    } else {
      this.#state.advance(action, String(page.next + 1), { typeScopedPlanned: true });
    }
    for (const [init, resource] of pushes.toReversed()) {
      const pushed = this.#state.push(init);
      if (resource) this.#planned.set(pushed.id, resource);
    }
  }

  #isTypeScoped(part: ResourceTypePart, operation: 'list-entitlements' | 'list-grants'): boolean {
    const schema = operation === 'list-grants' ? TypeScopedGrantsSchema : TypeScopedEntitlementsSchema;
    return hasAnnotation(part.type.annotations, schema);
  }

  #resourceOf(action: Action): Resource {
    const typeId = action.resourceTypeId ?? '';
    if (action.typeScoped) return create(ResourceSchema, { id: resourceId(typeId, typeId) });
    const id = { resourceType: typeId, resource: action.resourceId ?? '' };
    const resource = this.#planned.get(action.id) ?? this.#writer.resource(id);
    if (!resource) throw new BatonError(Code.NotFound, `${describe(action)}: the resource is not in the file`);
    return resource;
  }

  async #readTarget(action: Action, part: ResourceTypePart, request: SyncRequest): Promise<undefined> {
    const id = resourceId(part.type, action.resourceId ?? '');
    const found = await part.get?.({ ...request, id, parent: parentOf(action) });
    if (found) this.#storeResources([found], undefined);
    else if (part.get)
      this.#report.warn(`There is no ${part.type.id} ${JSON.stringify(id.resource)}; it was left out.`);
    else
      this.#report.warn(
        `The connector cannot read a single ${part.type.id}; ${JSON.stringify(id.resource)} was left out.`,
      );
    this.#state.complete(action);
    this.#report.actionDone(action);
  }

  #storeResources(items: readonly Resource[], listedType: string | undefined): void {
    const rows = this.#filter.resources(items);
    const stray = rows.find((row) => listedType !== undefined && row.id?.resourceType !== listedType);
    if (stray) {
      throw new BatonError(
        Code.Internal,
        `The list of "${listedType}" holds the ${stray.id?.resourceType} ${JSON.stringify(stray.id?.resource)}. This is a bug in the connector.`,
      );
    }
    this.#writer.putResources(rows);
    this.#invariants.addResources(rows);
    if (rows[0]?.id) this.#report.resourcesListed(rows[0].id.resourceType, rows.length);
    for (const row of rows) {
      for (const { key, childType } of this.#childrenOf(row)) {
        if (!row.id || this.#scheduledChildren.has(key)) continue;
        this.#scheduledChildren.add(key);
        this.#state.push({
          operation: 'list-resources',
          resourceTypeId: childType,
          parentResourceTypeId: row.id.resourceType,
          parentResourceId: row.id.resource,
        });
      }
    }
  }

  #childrenOf(row: Resource): { key: string; childType: string }[] {
    const children: { key: string; childType: string }[] = [];
    for (const any of row.annotations) {
      if (typeNameOf(any) !== ChildResourceTypeSchema.typeName) continue;
      const childType = unpack(ChildResourceTypeSchema, any).resourceTypeId;
      if (!this.#plan.knownTypes.has(childType)) {
        throw new BatonError(
          Code.Internal,
          `${row.id?.resourceType} ${JSON.stringify(row.id?.resource)} names the child resource type ${JSON.stringify(childType)}, which the connector does not have. This is a bug in the connector.`,
        );
      }
      if (this.#plan.parts.has(childType)) {
        children.push({ key: `${childType}\0${row.id?.resourceType}\0${row.id?.resource}`, childType });
      }
    }
    return children;
  }

  #storeStaticEntitlements(items: readonly Entitlement[], typeId: string): void {
    forEachPage(
      (cursor) => this.#writer.resources({ resourceTypeId: typeId, cursor, limit: planSize }),
      (resources) => {
        this.#storeEntitlements(resources.flatMap((resource) => items.map((item) => placeOn(resource, item))));
      },
    );
  }

  #storeEntitlements(items: readonly Entitlement[]): void {
    const rows = this.#filter.entitlements(items);
    this.#writer.putEntitlements(rows);
    this.#invariants.addEntitlements(rows);
    this.#report.rows('entitlements', rows.length);
  }

  #storeGrants(page: Page<Grant>): void {
    let rows = this.#filter.grants(page.items);
    if (hasAnnotation(page.annotations ?? [], InsertResourceGrantsSchema)) {
      const stamp = annotation(InsertResourceGrantsSchema);
      rows = rows.map((row) => ({ ...row, annotations: [...row.annotations, stamp] }));
      this.#storeOwners(rows);
    } else if (this.#plan.targets) {
      this.#storeOwners(
        rows.filter(
          (row) => row.entitlement?.resource?.id && !this.#invariants.hasResource(row.entitlement.resource.id),
        ),
      );
    }
    this.#writer.putGrants(rows);
    this.#invariants.addGrants(rows);
    this.#report.rows('grants', rows.length);
    this.#expandable.add(rows);
    this.#state.needsExpansion ||= this.#expandable.size > 0;
  }

  /** Stores the resources that the grants are on; they are not asked for entitlements or grants of their own. */
  #storeOwners(grants: readonly Grant[]): void {
    const owners = new Set(grants.flatMap((row) => row.entitlement?.resource ?? []));
    const rows = this.#filter.resources([...owners]);
    for (const { id } of rows) {
      if (id && !this.#invariants.hasResource(id))
        this.#plannedKeys['list-grants'].add(`${id.resourceType}\0${id.resource}`);
    }
    this.#writer.putResources(rows);
    this.#invariants.addResources(rows);
  }
}

function asks(part: ResourceTypePart, resource: Resource, operation: 'list-entitlements' | 'list-grants'): boolean {
  const has = (schema: typeof SkipEntitlementsAndGrantsSchema | typeof SkipEntitlementsSchema) =>
    hasAnnotation(resource.annotations, schema) || hasAnnotation(part.type.annotations, schema);
  if (has(SkipEntitlementsAndGrantsSchema)) return false;
  if (operation === 'list-entitlements') return part.entitlements !== undefined && !has(SkipEntitlementsSchema);
  return part.grants !== undefined && !hasAnnotation(resource.annotations, SkipGrantsSchema);
}

function parentOf(action: Action) {
  return action.parentResourceTypeId
    ? resourceId(action.parentResourceTypeId, action.parentResourceId ?? '')
    : undefined;
}

/** The Go SDK's token names the first row to read; a cursor of the store the last one read. */
function rowCursor(action: Action): number {
  if (action.pageToken === '') return 0;
  const firstRow = Number(action.pageToken);
  if (Number.isSafeInteger(firstRow) && firstRow > 0) return firstRow - 1;
  throw new BatonError(
    Code.DataLoss,
    `The state of the sync holds the row ${JSON.stringify(action.pageToken)}, which is not a row number.`,
  );
}
