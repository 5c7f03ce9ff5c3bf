import type { ExpandableGrants, SyncWriter } from '@baton-ts/c1z';
import { hasAnnotation, typeNameOf, unpack } from '@baton-ts/protocol/annotations';
import {
  ChildResourceTypeSchema,
  type Entitlement,
  type Grant,
  InsertResourceGrantsSchema,
  type Resource,
  type ResourceId,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Page, ResourceTypePart, SyncRequest, SyncSession } from '../connector.ts';
import { annotation } from '../model/annotations.ts';
import { resourceId } from '../model/resource.ts';
import { Breather } from './breather.ts';
import type { Invariants } from './invariants.ts';
import { PageTokens } from './page-tokens.ts';
import { forEachPage } from './pages.ts';
import type { Plan } from './plan.ts';
import { type Planner, planSize } from './planner.ts';
import type { Report } from './report.ts';
import type { RowFilter } from './row-filter.ts';
import { describe } from './schedule.ts';
import type { Action, SyncState } from './state.ts';
import { placeOn } from './static-entitlement.ts';

/** Asks the connector for rows and stores them: every step but the expansion. */
export class Collector {
  readonly #plan: Plan;
  readonly #state: SyncState;
  readonly #writer: SyncWriter;
  readonly #filter: RowFilter;
  readonly #invariants: Invariants;
  readonly #expandable: ExpandableGrants;
  readonly #report: Report;
  readonly #planner: Planner;
  readonly #tokens: PageTokens;
  readonly #session: SyncSession;
  readonly #scheduledChildren = new Set<string>();

  constructor(tools: {
    plan: Plan;
    planner: Planner;
    state: SyncState;
    writer: SyncWriter;
    filter: RowFilter;
    invariants: Invariants;
    expandable: ExpandableGrants;
    report: Report;
  }) {
    this.#plan = tools.plan;
    this.#planner = tools.planner;
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
  async resume(signal: AbortSignal): Promise<void> {
    const writer = this.#writer;
    const limit = planSize;
    await forEachPage(
      (cursor) => writer.resources({ cursor, limit }),
      (rows) => {
        signal.throwIfAborted();
        this.#invariants.addResources(rows);
        for (const row of rows) for (const { key } of this.#childrenOf(row)) this.#scheduledChildren.add(key);
      },
    );
    await forEachPage(
      (cursor) => writer.entitlements({ cursor, limit }),
      (rows) => this.#invariants.addEntitlements(rows),
    );
    await forEachPage(
      (cursor) => writer.grants({ cursor, limit }),
      (rows) => {
        signal.throwIfAborted();
        this.#invariants.addGrants(rows);
        this.#expandable.add(rows);
      },
    );
    this.#state.needsExpansion ||= this.#expandable.size > 0;
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
        if (page) await this.#storeStaticEntitlements(page.items, part.type.id);
        return this.#follow(action, page ?? { items: [] });
      }
      case 'list-entitlements': {
        const page = await part.entitlements?.({ ...request, resource: this.#planner.resourceOf(action) });
        if (page) this.#storeEntitlements(page.items);
        return this.#follow(action, page ?? { items: [] });
      }
      case 'list-grants': {
        const page = await part.grants?.({ ...request, resource: this.#planner.resourceOf(action) });
        if (page) await this.#storeGrants(page);
        return this.#follow(action, page ?? { items: [] });
      }
      default:
        throw new BatonError(Code.Internal, `There is no page to ask for: ${describe(action)}.`);
    }
  }

  /** Forgets what was kept for an action that ends without its last page. */
  skip(action: Action): void {
    this.#planner.forget(action);
    this.#state.complete(action);
  }

  #follow(action: Action, page: Page<unknown>): Action | undefined {
    const next = this.#tokens.follow(action, page);
    if (!next) {
      this.#planner.forget(action);
      this.#report.actionDone(action);
    }
    return next;
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
    // First, since it may fail: a stored resource counts as one whose children are scheduled.
    const children = rows.flatMap((row) => this.#childrenOf(row));
    this.#writer.putResources(rows);
    this.#invariants.addResources(rows);
    if (rows[0]?.id) this.#report.resourcesListed(rows[0].id.resourceType, rows.length);
    for (const { key, childType, parent } of children) {
      if (this.#scheduledChildren.has(key)) continue;
      this.#scheduledChildren.add(key);
      this.#state.push({
        operation: 'list-resources',
        resourceTypeId: childType,
        parentResourceTypeId: parent.resourceType,
        parentResourceId: parent.resource,
      });
    }
  }

  #childrenOf({ id, annotations }: Resource): { key: string; childType: string; parent: ResourceId }[] {
    const children: { key: string; childType: string; parent: ResourceId }[] = [];
    for (const any of annotations) {
      if (!id || typeNameOf(any) !== ChildResourceTypeSchema.typeName) continue;
      const childType = unpack(ChildResourceTypeSchema, any).resourceTypeId;
      if (!this.#plan.knownTypes.has(childType)) {
        throw new BatonError(
          Code.Internal,
          `${id.resourceType} ${JSON.stringify(id.resource)} names the child resource type ${JSON.stringify(childType)}, which the connector does not have. This is a bug in the connector.`,
        );
      }
      if (!this.#plan.parts.has(childType)) continue;
      children.push({ key: `${childType}\0${id.resourceType}\0${id.resource}`, childType, parent: id });
    }
    return children;
  }

  // What is stored before a pause and not followed by the state is stored again by the run that resumes.

  async #storeStaticEntitlements(items: readonly Entitlement[], typeId: string): Promise<void> {
    await forEachPage(
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

  async #storeGrants({ items, annotations = [] }: Page<Grant>): Promise<void> {
    const withOwners = hasAnnotation(annotations, InsertResourceGrantsSchema);
    const breather = new Breather();
    for (let start = 0; start < items.length; start += planSize) {
      await breather.pause();
      this.#storeSomeGrants(items.slice(start, start + planSize), withOwners);
    }
  }

  #storeSomeGrants(items: readonly Grant[], withOwners: boolean): void {
    let rows = this.#filter.grants(items);
    if (withOwners) {
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
      if (id && !this.#invariants.hasResource(id)) this.#planner.leaveOut(id);
    }
    this.#writer.putResources(rows);
    this.#invariants.addResources(rows);
  }
}

function parentOf(action: Action) {
  return action.parentResourceTypeId
    ? resourceId(action.parentResourceTypeId, action.parentResourceId ?? '')
    : undefined;
}
