import type { Connector } from '@baton-ts/console-api';

export type SyncProgress = NonNullable<Connector['progress']>;

/** A log line of a connector, as its JSON says. */
export interface ConnectorLogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

type Share = Pick<SyncProgress, 'step' | 'done' | 'total'>;

/** Which of the six steps reads this kind of resource. */
const stepOfType = new Map<string, SyncProgress['step']>([
  ['teammate', 'TEAMMATES'],
  ['teammate_invitation', 'INVITATIONS'],
  ['subuser', 'SUBUSERS'],
]);

const stepOfMessage = new Map<string, SyncProgress['step']>([
  ['Task started', 'KEY'],
  ['Syncing resources...', 'INVITATIONS'],
  ['Syncing entitlements', 'PERMISSIONS'],
  ['Syncing grants', 'PERMISSIONS'],
  ['Expanding grants...', 'SAVE'],
  ['Checking the data...', 'SAVE'],
  ['Finishing the sync...', 'SAVE'],
  ['Sync complete.', 'SAVE'],
  ['Sync uploaded', 'SAVE'],
]);

/** What the line says about the sync under way; undefined when nothing. A share only where the total is known. */
export function progressOf({ message, fields }: ConnectorLogLine): Share | undefined {
  if (message === 'Task started' && fields['task_type'] !== 'sync_full') return undefined;
  const type = fields['resource_type_id'];
  if (message === 'Synced resources' && typeof type === 'string') {
    const step = stepOfType.get(type);
    return step === undefined ? undefined : { step, done: count(fields['count']), total: null };
  }
  if (message.startsWith('Synced ') || message.startsWith('Syncing ')) {
    const [done, total] = [count(fields['synced']), count(fields['total'])];
    if (typeof type === 'string' && done !== null) return { step: 'PERMISSIONS', done, total };
  }
  const step = stepOfMessage.get(message);
  return step === undefined ? undefined : { step, done: null, total: null };
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

const words: Readonly<Record<SyncProgress['step'], string>> = {
  KEY: 'checking the key',
  TEAMMATES: 'reading teammates',
  INVITATIONS: 'reading invitations',
  PERMISSIONS: 'reading permissions',
  SUBUSERS: 'reading subusers',
  SAVE: 'comparing and saving',
};

/** The second line of the label: "reading permissions, 22 of 31". */
export function progressWords({ step, done, total }: Share): string {
  if (done === null) return words[step];
  return total === null ? `${words[step]}, ${done}` : `${words[step]}, ${done} of ${total}`;
}
