import { createHash, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { C1zStore, SyncWriter } from '@baton-ts/c1z';
import type { Connector } from '../connector.ts';
import type { SyncOptions } from './options.ts';
import { makePlan, type Plan, syncTypeOf } from './plan.ts';
import { SyncState } from './state.ts';

const hashBytes = 16;
const slowHash = promisify<string, string, number, Buffer>(scrypt);

export type FoundSync =
  | { readonly kind: 'none' }
  | { readonly kind: 'resumable'; readonly writer: SyncWriter; readonly state: SyncState }
  /** There is one, and its rows could be wrong in this one. */
  | { readonly kind: 'other'; readonly why: string };

/**
 * The interrupted sync that this one can go on with. A targeted sync never goes on with another; nor does one whose
 * settings decide otherwise which rows there are, or one that had read everything and then failed its checks.
 */
export async function findResumable(store: C1zStore, plan: Plan, options: SyncOptions): Promise<FoundSync> {
  const writer = plan.targets ? undefined : store.resumableSync(syncTypeOf(plan));
  if (!writer) return { kind: 'none' };
  const state = SyncState.parse(writer.run.syncToken);
  if (state.size === 0) return { kind: 'other', why: 'it failed its checks' };
  if (!hasSameTypes(writer, plan)) return { kind: 'other', why: 'it began with other resource types' };
  if (state.settingsHash === undefined) return { kind: 'other', why: 'it does not say with which settings it began' };
  if (state.settingsHash !== (await settingsHash(writer.run.syncId, options))) {
    return { kind: 'other', why: 'it began with other settings' };
  }
  return { kind: 'resumable', writer, state };
}

/** Whether `syncConnector` with these options would go on with an interrupted sync of this store. */
export async function canResume(store: C1zStore, connector: Connector, options: SyncOptions): Promise<boolean> {
  return (await findResumable(store, makePlan(connector, options), options)).kind === 'resumable';
}

function hasSameTypes(writer: SyncWriter, plan: Plan): boolean {
  const stored = writer.resourceTypes();
  return stored.length === 0 || (stored.length === plan.parts.size && stored.every(({ id }) => plan.parts.has(id)));
}

/**
 * Tells whether two syncs would read the same rows. It is stored with an unfinished sync, so it must not give away the
 * secrets that it covers: it is made slowly, and differently for each sync.
 */
export async function settingsHash(syncId: string, options: SyncOptions): Promise<string> {
  const { skipEntitlementsAndGrants, skipGrants, skipExpandGrants, syncResourceTypes = [], settings } = options;
  const flags = [skipEntitlementsAndGrants, skipGrants, skipExpandGrants].map((flag) => flag === true);
  const text = JSON.stringify([flags, syncResourceTypes.toSorted()]);
  const salt = `${syncId} ${text}`;
  const hash = settings
    ? await slowHash(settings.reveal(), salt, hashBytes)
    : createHash('sha256').update(salt).digest().subarray(0, hashBytes);
  return hash.toString('hex');
}
