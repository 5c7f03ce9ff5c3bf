import { setImmediate } from 'node:timers/promises';
import { differences, type RowKinds, type SyncReader } from '@baton-ts/c1z';
import type { Entitlement, Grant, Resource } from '@baton-ts/protocol/connector-v2';
import { Joins, refOf } from '../lists/joins.ts';
import { displayName, entitlementName, resourceName } from '../lists/resource-facts.ts';
import type { Evidence } from './evidence.ts';
import { invitationName, isInvitationResource } from './invitations.ts';
import { riskOfEntitlement, riskOfResource } from './risk.ts';
import { shownId } from './shown-id.ts';

/** Rows between two looks at Ctrl-C: reading is synchronous. */
const ROWS_BETWEEN_TURNS = 2000;

/** What the page says of a row that differs. */
interface Described {
  readonly name: string;
  readonly type: string;
  readonly holder: string;
  readonly risk: number;
  /** Whether its id is, or holds, that of an invitation. */
  readonly isSecret: boolean;
}

/** Reads what differs between two syncs into the evidence. */
export async function readChanges(
  before: SyncReader,
  after: SyncReader,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<void> {
  const joins = { before: new Joins(before), after: new Joins(after) };
  const each = async <Kind extends keyof RowKinds>(
    kind: Kind,
    describe: (item: RowKinds[Kind], joins: Joins) => Described,
  ) => {
    let count = 0;
    for (const difference of differences(before, after, kind)) {
      const { name, type, holder, risk, isSecret } =
        difference.change === 'deleted'
          ? describe(difference.before.read(), joins.before)
          : describe(difference.after.read(), joins.after);
      const id = shownId(difference.id, isSecret);
      evidence.add('changes', [null, kind, difference.change, id, name, type, holder, risk]);
      count += 1;
      if (count % ROWS_BETWEEN_TURNS !== 0) continue;
      await setImmediate();
      signal.throwIfAborted();
    }
  };
  await each('grants', describeGrant);
  await each('resources', describeResource);
  await each('entitlements', describeEntitlement);
}

function describeResource(resource: Resource, joins: Joins): Described {
  const { resourceType } = refOf(resource);
  return {
    name: nameOf(resource, joins),
    type: displayName(joins.resourceType(resourceType)),
    holder: '',
    risk: riskOfResource(resource),
    isSecret: isInvitation(resource, joins),
  };
}

function describeEntitlement(entitlement: Entitlement, joins: Joins): Described {
  const on = refOf(entitlement.resource);
  const resource = joins.resource(on);
  return {
    name: entitlementName(entitlement),
    type: displayName(joins.resourceType(on.resourceType)),
    holder: '',
    risk: riskOfEntitlement(entitlement, riskOfResource(resource)),
    isSecret: isInvitation(resource, joins),
  };
}

function describeGrant(grant: Grant, joins: Joins): Described {
  const entitlement = joins.entitlement(grant.entitlement?.id ?? '', refOf(grant.entitlement?.resource));
  const principal = joins.resource(refOf(grant.principal));
  return {
    ...describeEntitlement(entitlement, joins),
    holder: nameOf(principal, joins),
    isSecret: isInvitation(principal, joins),
  };
}

function nameOf(resource: Resource, joins: Joins): string {
  return isInvitation(resource, joins) ? invitationName(resource) : resourceName(resource);
}

function isInvitation(resource: Resource, joins: Joins): boolean {
  return isInvitationResource(resource, joins.resourceType(refOf(resource).resourceType));
}
