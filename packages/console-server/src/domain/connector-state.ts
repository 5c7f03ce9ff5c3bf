import type { ConnectorStatus } from '@baton-ts/console-api';

/** What can happen to a connector that is not deleted (`governance.md §2.2`). */
export const connectorEvents = [
  /** Valid settings were saved, and with them what it needs to connect. */
  'settings_saved',
  /** Something that it needs was taken away: the secret was cleared. */
  'settings_incomplete',
  /** A process of it introduced itself. */
  'checked_in',
  /** Somebody asks for a sync now. */
  'sync_requested',
  /** The schedule asks for one. */
  'schedule_due',
  /** A sync was read and is applied, or showed no difference. */
  'sync_applied',
  'sync_failed',
  /** Its data dropped, and is not applied. */
  'sync_held_back',
  /** Somebody says that the dropped data is right. */
  'changes_confirmed',
  'paused',
  'resumed',
] as const;
export type ConnectorEvent = (typeof connectorEvents)[number];

export type Transition =
  | { readonly kind: 'to'; readonly status: ConnectorStatus }
  /** It cannot happen now; a sentence for whoever asked. */
  | { readonly kind: 'refused'; readonly reason: string };

const to = (status: ConnectorStatus): Transition => ({ kind: 'to', status });
const refused = (reason: string): Transition => ({ kind: 'refused', reason });

const notConnected = refused('The connector is not connected yet. Enter its settings, or start it, first.');
const isPaused = refused('The connector is paused. Resume it first.');
const isNotPaused = refused('The connector is not paused.');
const nothingHeldBack = refused('No sync of this connector is held back.');

/**
 * Every event in every state. A sync's end is believed in whatever state it comes: a pause cancels what is under way, but
 * data that was applied at that moment is applied.
 */
export const transitions: Readonly<Record<ConnectorStatus, Readonly<Record<ConnectorEvent, Transition>>>> = {
  NOT_CONNECTED: {
    settings_saved: to('SYNCING'),
    settings_incomplete: to('NOT_CONNECTED'),
    checked_in: to('SYNCING'),
    sync_requested: notConnected,
    schedule_due: notConnected,
    sync_applied: to('CONNECTED'),
    sync_failed: to('NOT_CONNECTED'),
    sync_held_back: to('PAUSED_ANOMALY'),
    changes_confirmed: nothingHeldBack,
    paused: refused('The connector is not connected yet: there is nothing to pause.'),
    resumed: isNotPaused,
  },
  SYNCING: {
    settings_saved: to('SYNCING'),
    settings_incomplete: to('NOT_CONNECTED'),
    checked_in: to('SYNCING'),
    sync_requested: to('SYNCING'),
    schedule_due: to('SYNCING'),
    sync_applied: to('CONNECTED'),
    sync_failed: to('ERROR'),
    sync_held_back: to('PAUSED_ANOMALY'),
    changes_confirmed: refused('A sync is under way. Wait for its end.'),
    paused: to('PAUSED'),
    resumed: isNotPaused,
  },
  CONNECTED: {
    settings_saved: to('SYNCING'),
    settings_incomplete: to('NOT_CONNECTED'),
    checked_in: to('CONNECTED'),
    sync_requested: to('SYNCING'),
    schedule_due: to('SYNCING'),
    sync_applied: to('CONNECTED'),
    sync_failed: to('ERROR'),
    sync_held_back: to('PAUSED_ANOMALY'),
    changes_confirmed: nothingHeldBack,
    paused: to('PAUSED'),
    resumed: isNotPaused,
  },
  ERROR: {
    settings_saved: to('SYNCING'),
    settings_incomplete: to('NOT_CONNECTED'),
    checked_in: to('ERROR'),
    sync_requested: to('SYNCING'),
    schedule_due: to('SYNCING'),
    sync_applied: to('CONNECTED'),
    sync_failed: to('ERROR'),
    sync_held_back: to('PAUSED_ANOMALY'),
    changes_confirmed: nothingHeldBack,
    paused: to('PAUSED'),
    resumed: isNotPaused,
  },
  PAUSED_ANOMALY: {
    settings_saved: to('SYNCING'),
    settings_incomplete: to('NOT_CONNECTED'),
    checked_in: to('PAUSED_ANOMALY'),
    sync_requested: to('SYNCING'),
    schedule_due: refused('Syncs are paused because data dropped. Confirm the changes, or sync again.'),
    sync_applied: to('CONNECTED'),
    sync_failed: to('PAUSED_ANOMALY'),
    sync_held_back: to('PAUSED_ANOMALY'),
    changes_confirmed: to('SYNCING'),
    paused: to('PAUSED'),
    resumed: to('SYNCING'),
  },
  PAUSED: {
    settings_saved: to('PAUSED'),
    settings_incomplete: to('PAUSED'),
    checked_in: to('PAUSED'),
    sync_requested: isPaused,
    schedule_due: isPaused,
    sync_applied: to('PAUSED'),
    sync_failed: to('PAUSED'),
    sync_held_back: to('PAUSED'),
    changes_confirmed: isPaused,
    paused: to('PAUSED'),
    resumed: to('SYNCING'),
  },
};

/** Whether nothing but its schedule brings about the next sync. */
export function isScheduled(status: ConnectorStatus): boolean {
  return status === 'CONNECTED' || status === 'ERROR' || status === 'SYNCING';
}

/** Failed syncs in a row after which its owners are told, once. */
export const FAILURES_TOLD = 3;
