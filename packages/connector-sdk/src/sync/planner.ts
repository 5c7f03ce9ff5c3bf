import type { SyncWriter } from '@baton-ts/c1z';
import { hasAnnotation } from '@baton-ts/protocol/annotations';
import {
  type Resource,
  type ResourceId,
  ResourceSchema,
  SkipEntitlementsAndGrantsSchema,
  SkipEntitlementsSchema,
  SkipGrantsSchema,
  TypeScopedEntitlementsSchema,
  TypeScopedGrantsSchema,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create } from '@bufbuild/protobuf';
import type { ResourceTypePart } from '../connector.ts';
import { resourceId } from '../model/resource.ts';
import type { Plan } from './plan.ts';
import type { Report } from './report.ts';
import { describe } from './schedule.ts';
import type { Action, ActionInit, Operation, SyncState } from './state.ts';

/** Resources planned at once for entitlements and grants: bounds the stored state (about 150 bytes each). */
export const planSize = 1_000;

/** Turns each step into the actions that it consists of, a part at a time, so that the state stays small. */
export class Planner {
  readonly #plan: Plan;
  readonly #state: SyncState;
  readonly #writer: SyncWriter;
  readonly #report: Report;
  /** Resources of planned actions, so that they need not be read back. */
  readonly #planned = new Map<string, Resource>();
  readonly #plannedKeys: Record<'list-entitlements' | 'list-grants', Set<string>> = {
    'list-entitlements': new Set(),
    'list-grants': new Set(),
  };

  constructor(tools: { plan: Plan; state: SyncState; writer: SyncWriter; report: Report }) {
    this.#plan = tools.plan;
    this.#state = tools.state;
    this.#writer = tools.writer;
    this.#report = tools.report;
  }

  /** Whether the action only plans others. */
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

  /** What a planned action is about. */
  resourceOf(action: Action): Resource {
    const typeId = action.resourceTypeId ?? '';
    if (action.typeScoped) return create(ResourceSchema, { id: resourceId(typeId, typeId) });
    const id = { resourceType: typeId, resource: action.resourceId ?? '' };
    const resource = this.#planned.get(action.id) ?? this.#writer.resource(id);
    if (!resource) throw new BatonError(Code.NotFound, `${describe(action)}: the resource is not in the file`);
    return resource;
  }

  /** The action has ended: what was kept for it can go. */
  forget(action: Action): void {
    this.#planned.delete(action.id);
  }

  /** This resource is not asked for grants of its own. */
  leaveOut(id: ResourceId): void {
    this.#plannedKeys['list-grants'].add(keyOf(id));
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
      const key = keyOf(id);
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
}

function asks(part: ResourceTypePart, resource: Resource, operation: 'list-entitlements' | 'list-grants'): boolean {
  const has = (schema: typeof SkipEntitlementsAndGrantsSchema | typeof SkipEntitlementsSchema) =>
    hasAnnotation(resource.annotations, schema) || hasAnnotation(part.type.annotations, schema);
  if (has(SkipEntitlementsAndGrantsSchema)) return false;
  if (operation === 'list-entitlements') return part.entitlements !== undefined && !has(SkipEntitlementsSchema);
  return part.grants !== undefined && !hasAnnotation(resource.annotations, SkipGrantsSchema);
}

function keyOf(id: ResourceId): string {
  return `${id.resourceType}\0${id.resource}`;
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
