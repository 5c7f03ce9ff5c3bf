import type { Logger } from '@baton-ts/c1-server';
import { BatonError } from '@baton-ts/protocol/errors';
import type { Selectable } from 'kysely';
import type { Clock } from '../clock.ts';
import { outboxPlace, type SecretBox } from '../settings/secret-box.ts';
import { withLease } from '../store/leases.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { type Delivery, type SmtpClient, smtpClient } from './smtp.ts';

/** How often the outbox is looked into: what a person waits for a mail that was just written. */
const LOOK_MS = 2_000;
const LEASE_MS = 60_000;
/** Mails of one turn; the lease is renewed meanwhile. */
const BATCH = 50;

const FIRST_RETRY_MS = 30_000;
const MAX_RETRY_MS = 60 * 60_000;
/** With the waits above: about five hours, so that a mail server may be down for a while. */
export const MAX_ATTEMPTS = 12;

export interface MailWorkerParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly box: SecretBox;
  readonly logger: Logger;
  /** Who works, for the table of leases. */
  readonly holder: string;
}

type OutboxRow = Selectable<Tables['outbox']>;

/**
 * Delivers what waits in the outbox, one process at a time. A mail is handed over again when the process ends between the
 * server's yes and the note about it: better twice, with one message id, than never.
 */
export async function deliverMails(parts: MailWorkerParts, signal: AbortSignal): Promise<void> {
  const { clock, logger } = parts;
  while (!signal.aborted) {
    try {
      await deliverDue(parts, signal);
    } catch (error) {
      logger.error('mails could not be delivered', { error });
    }
    await clock.sleep(LOOK_MS, signal).catch(() => {});
  }
}

/** One turn. @returns how many mails were tried */
export async function deliverDue(parts: MailWorkerParts, signal: AbortSignal): Promise<number> {
  const { store, clock, box, holder } = parts;
  if ((await due(parts, 1)).length === 0) return 0;
  const turn = await withLease({ store, clock, name: 'mail', holder, ttlMs: LEASE_MS }, async (lost) => {
    const client = await smtpClient(store.db, box);
    let tried = 0;
    for (const row of await due(parts, BATCH)) {
      if (lost.aborted || signal.aborted) break;
      await deliverOne(parts, client, row);
      tried += 1;
    }
    return tried;
  });
  return turn.held ? turn.result : 0;
}

async function due({ store, clock }: MailWorkerParts, limit: number): Promise<OutboxRow[]> {
  return await store.db
    .selectFrom('outbox')
    .selectAll()
    .where('state', '=', 'WAITING')
    .where('next_attempt_ms', '<=', clock.now())
    .orderBy('next_attempt_ms')
    .limit(limit)
    .execute();
}

async function deliverOne(parts: MailWorkerParts, client: SmtpClient | undefined, row: OutboxRow): Promise<void> {
  const { store, clock, box, logger } = parts;
  const delivery = await tryOnce(box, client, row);
  const attempts = row.attempts + 1;
  const isOver = delivery.delivered || delivery.final || attempts >= MAX_ATTEMPTS;
  const state = delivery.delivered ? 'SENT' : isOver ? 'FAILED' : 'WAITING';
  const reason = delivery.delivered ? '' : delivery.reason;
  await store.db
    .updateTable('outbox')
    .set({
      state,
      reason,
      attempts,
      next_attempt_ms: clock.now() + retryWaitMs(attempts),
      ...(delivery.delivered ? { sent_ms: clock.now() } : {}),
      // Nobody needs the link in it any more.
      ...(isOver ? { sealed_text: box.seal(row.shown_text, outboxPlace(row.id)) } : {}),
    })
    .where('id', '=', row.id)
    .where('state', '=', 'WAITING')
    .execute();
  const fields = { mail_id: row.id, attempts, ...(reason === '' ? {} : { reason }) };
  if (state === 'SENT') logger.debug('a mail was delivered', fields);
  else logger.warn(isOver ? 'a mail was given up' : 'a mail will be tried again', fields);
}

async function tryOnce(box: SecretBox, client: SmtpClient | undefined, row: OutboxRow): Promise<Delivery> {
  if (client === undefined)
    return { delivered: false, final: true, reason: 'The mail server was removed before this was sent.' };
  const { id, to_address: to, subject } = row;
  let text: string;
  try {
    text = box.open(row.sealed_text, outboxPlace(id));
  } catch (error) {
    // The others still have to go.
    return { delivered: false, final: true, reason: BatonError.from(error, 'opening the mail').message };
  }
  return await client.deliver({ id, to, subject, text });
}

/** 30 s, 1 min, 2 min … one hour. */
export function retryWaitMs(attempts: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), MAX_RETRY_MS);
}
