import { z } from 'zod';
import { id, time } from './common.ts';

export const byApp = z.object({ app_id: id });
export const byEntitlement = byApp.extend({ app_entitlement_id: id });

/** When syncs saw it, and which ones. */
export const seenInSyncs = {
  /** Null for what the console made itself. */
  connectorId: id.nullable(),
  firstSeenAt: time,
  firstSyncId: id.nullable(),
  lastSeenAt: time,
  removedAt: time.nullable(),
  /** The sync that no longer found it. */
  removedSyncId: id.nullable(),
};

/** Of entitlements and resources: those of these people, or those that nobody owns. */
export const ownerFilters = { ownerIds: z.array(id).default([]), owner: z.enum(['ANY', 'NONE']).default('ANY') };
