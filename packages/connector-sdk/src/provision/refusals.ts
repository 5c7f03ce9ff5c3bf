import {
  BatonIDSchema,
  type Entitlement,
  EntitlementImmutableSchema,
  type Grant,
  GrantImmutableSchema,
  type Resource,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { JsonObject } from '@bufbuild/protobuf';
import { findAnnotation, hasAnnotation } from '../model/annotations.ts';
import { DeclinedError } from './declined.ts';

/** Without `--provisioning` every change is refused with this (`service-protocol.md §10`, "Provisioning disabled"). */
export function provisioningNotEnabled(): BatonError {
  return new BatonError(
    Code.FailedPrecondition,
    'provisioning is not enabled. Start the connector with --provisioning to let it change things',
  );
}

/** Throws `FailedPrecondition` for an entitlement that nobody can give or take here, with the reason it carries. */
export function refuseFixedEntitlement(entitlement: Entitlement): void {
  const { resource, annotations } = entitlement;
  if (resource !== undefined) refuseExternal(entitlement, resource);
  const fixed = findAnnotation(annotations, EntitlementImmutableSchema);
  if (fixed === undefined) return;
  throw refusal(
    `"${entitlement.id}" can be neither granted nor revoked`,
    reasonOf(fixed.metadata) ?? decidedBy(fixed.sourceId),
  );
}

/** Throws `FailedPrecondition` for a grant that cannot be taken back, with the reason it carries. */
export function refuseFixedGrant(grant: Grant): void {
  const fixed = findAnnotation(grant.annotations, GrantImmutableSchema);
  if (fixed === undefined) return;
  throw refusal(
    `the grant "${grant.id}" cannot be revoked`,
    reasonOf(fixed.metadata) ?? comesThrough(grant) ?? decidedBy(fixed.sourceId),
  );
}

function refuseExternal(entitlement: Entitlement, resource: Resource): void {
  if (!hasAnnotation(resource.annotations, BatonIDSchema)) return;
  throw refusal(
    `"${entitlement.id}" can be neither granted nor revoked here`,
    `${resource.displayName || resource.id?.resource} comes from another connector's file, and is changed through that one`,
  );
}

function refusal(what: string, why: string | undefined): DeclinedError {
  const sentence = why === undefined ? 'the target system decides about it by itself' : why.replace(/\.$/, '');
  return new DeclinedError(`${what}: ${sentence}`);
}

function reasonOf(metadata: JsonObject | undefined): string | undefined {
  const reason = metadata?.['reason'];
  return typeof reason === 'string' && reason !== '' ? reason : undefined;
}

/** A grant that the sync derived names the entitlements through which it is held. */
function comesThrough({ sources, entitlement }: Grant): string | undefined {
  const others = Object.keys(sources?.sources ?? {}).filter((id) => id !== entitlement?.id);
  return others.length === 0 ? undefined : `it is held through ${others.join(' and ')}; revoke that instead`;
}

function decidedBy(sourceId: string): string | undefined {
  return sourceId === '' ? undefined : `it follows from ${sourceId}`;
}
