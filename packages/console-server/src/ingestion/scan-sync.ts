import type { GrantsSince, SyncReader } from '@baton-ts/c1z';
import { ResourceIdSchema, type ResourceType, ResourceType_Trait } from '@baton-ts/protocol/connector-v2';
import { fromBinary } from '@bufbuild/protobuf';
import { fingerprintOf } from './fingerprint.ts';
import { resourceIdBytes } from './grant-bytes.ts';
import { type Holdings, readAllHoldings, readHoldingsSince } from './holdings.ts';
import { checkCount, checkId } from './limits.ts';
import { resourceKey } from './resource-key.ts';
import { takeTurns } from './turns.ts';

/**
 * What one sync says, without its texts: of each row a fingerprint that tells whether it has changed, of each grant two
 * numbers. So 100,000 accounts with 2,000,000 grants take some 100 MB.
 */
export interface ScannedSync {
  readonly resourceTypes: readonly ResourceType[];
  readonly resources: readonly ScannedResource[];
  readonly entitlements: readonly ScannedEntitlement[];
  readonly holdings: Holdings;
}

export interface ScannedResource {
  /** Type and id in one, for looking it up in the file. */
  readonly storedId: string;
  readonly type: string;
  readonly id: string;
  readonly isAccount: boolean;
  readonly fingerprint: string;
}

export interface ScannedEntitlement {
  readonly id: string;
  readonly fingerprint: string;
}

const MOST_RESOURCES = 1_000_000;
const MOST_ENTITLEMENTS = 1_000_000;

/** @param since what is other than in the file that was applied last; without it all grants are read */
export async function scanSync(
  sync: SyncReader,
  signal: AbortSignal,
  since: GrantsSince | undefined,
): Promise<ScannedSync> {
  const turns = takeTurns(signal);
  const resourceTypes = sync.resourceTypes();
  for (const { id } of resourceTypes) checkId('resource type', id);
  const accountTypes = new Set(
    resourceTypes.filter(({ traits }) => traits.includes(ResourceType_Trait.USER)).map(({ id }) => id),
  );

  const resources: ScannedResource[] = [];
  const resourcePlaces = new Map<string, number>();
  for (const row of sync.storedRows('resources')) {
    const { resourceType: type, resource: id } = resourceId(row.data) ??
      row.read().id ?? { resourceType: '', resource: '' };
    checkId('resource', id);
    resourcePlaces.set(resourceKey(type, id), resources.length);
    const isAccount = accountTypes.has(type);
    resources.push({ storedId: row.id, type, id, isAccount, fingerprint: fingerprintOf(row.data) });
    checkCount('resources', resources.length, MOST_RESOURCES);
    await turns();
  }

  const entitlements: ScannedEntitlement[] = [];
  const entitlementPlaces = new Map<string, number>();
  for (const { id, data } of sync.storedRows('entitlements')) {
    checkId('entitlement', id);
    entitlementPlaces.set(id, entitlements.length);
    entitlements.push({ id, fingerprint: fingerprintOf(data) });
    checkCount('entitlements', entitlements.length, MOST_ENTITLEMENTS);
    await turns();
  }

  const places = { resources: resourcePlaces, entitlements: entitlementPlaces };
  const accounts = resources.map(({ isAccount }) => isAccount);
  const holdings =
    since === undefined
      ? await readAllHoldings(sync, accounts, places, turns)
      : readHoldingsSince(sync, resources, places, since);
  return { resourceTypes, resources, entitlements, holdings };
}

function resourceId(data: Uint8Array): { readonly resourceType: string; readonly resource: string } | undefined {
  const bytes = resourceIdBytes(data);
  return bytes && fromBinary(ResourceIdSchema, bytes);
}
