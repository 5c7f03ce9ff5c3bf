import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Store } from './store.ts';

/** Renewed so often that two failed renewals do not lose it. */
const RENEWALS_PER_TTL = 3;

export interface LeaseOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** What only one process does at a time: `schedule`, `hosted/<connector id>`. */
  readonly name: string;
  /** Who works, for people who look into the table: the host and the process. */
  readonly holder: string;
  /** After so long without a renewal another process takes over. */
  readonly ttlMs: number;
}

/**
 * Does the work if no other process is at it, and holds the lease meanwhile. A holder that died is followed after
 * `ttlMs`. (The clocks of the processes have to agree to well within that.)
 *
 * @param work gets a signal that is aborted when the lease is lost: it has to stop, since another process goes on. With
 * `announce` it tells the other processes where it listens
 * @returns `held: false` when another process has the lease
 */
export async function withLease<T>(
  wanted: LeaseOptions,
  work: (lost: AbortSignal, announce: (address: string) => Promise<void>) => Promise<T>,
): Promise<{ readonly held: false } | { readonly held: true; readonly result: T }> {
  // A second call in the same process has to wait its turn too.
  const options = { ...wanted, holder: `${wanted.holder}/${randomUUID()}` };
  if (!(await takeLease(options))) return { held: false };
  const lost = new AbortController();
  const done = new AbortController();
  const renewing = renew(options, lost, done.signal);
  try {
    return { held: true, result: await work(lost.signal, (address) => announce(options, address)) };
  } finally {
    done.abort();
    await renewing;
    // One that cannot be given back runs out.
    await dropLease(options).catch(() => {});
  }
}

/** Where the holder listens; undefined when nobody holds the lease, or does not say. */
export async function leaseAddress({ store, clock, name }: Pick<LeaseOptions, 'store' | 'clock' | 'name'>) {
  const row = await store.db
    .selectFrom('leases')
    .select('address')
    .where('name', '=', name)
    .where('until_ms', '>', clock.now())
    .executeTakeFirst();
  return row?.address ?? undefined;
}

async function announce({ store, name, holder }: LeaseOptions, address: string): Promise<void> {
  await store.db.updateTable('leases').set({ address }).where('name', '=', name).where('holder', '=', holder).execute();
}

/** Takes the lease when it is free, or renews it. */
async function takeLease({ store, clock, name, holder, ttlMs }: LeaseOptions): Promise<boolean> {
  const nowMs = clock.now();
  const row = { holder, until_ms: nowMs + ttlMs };
  const { numInsertedOrUpdatedRows } = await store.db
    .insertInto('leases')
    .values({ name, ...row, address: null })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({
          ...row,
          address: sql`case when leases.holder = ${holder} then leases.address else null end`,
        })
        .where((it) => it.or([it('leases.holder', '=', holder), it('leases.until_ms', '<=', nowMs)])),
    )
    .executeTakeFirstOrThrow();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

async function dropLease({ store, name, holder }: LeaseOptions): Promise<void> {
  await store.db.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute();
}

async function renew(options: LeaseOptions, lost: AbortController, done: AbortSignal): Promise<void> {
  const { clock, name, ttlMs } = options;
  let untilMs = clock.now() + ttlMs;
  while (!done.aborted) {
    await clock.sleep(ttlMs / RENEWALS_PER_TTL, done).catch(() => {});
    if (done.aborted) return;
    const askedMs = clock.now();
    // On SQLite a write waits for the transaction before it, and so does everybody who wants the lease.
    const limitMs = options.store.dialect === 'sqlite' ? undefined : untilMs - askedMs;
    const answer = await within(options, limitMs, () => takeLease(options));
    if (answer === true) untilMs = askedMs + ttlMs;
    else if (answer === false || (limitMs !== undefined && clock.now() >= untilMs)) {
      lost.abort(new Error(`The lease ${name} went to another process.`));
      return;
    }
  }
}

/** @returns `undefined` when the database failed or did not answer in time */
async function within(
  { clock }: LeaseOptions,
  limitMs: number | undefined,
  ask: () => Promise<boolean>,
): Promise<boolean | undefined> {
  const asked = ask().catch(() => undefined);
  if (limitMs === undefined) return await asked;
  const answered = new AbortController();
  const tooLate = clock.sleep(Math.max(limitMs, 0), answered.signal).then(
    () => undefined,
    () => undefined,
  );
  const answer = await Promise.race([asked, tooLate]);
  answered.abort();
  return answer;
}
