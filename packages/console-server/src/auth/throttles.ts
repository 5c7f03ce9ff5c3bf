import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Transaction } from 'kysely';
import type { Clock } from '../clock.ts';
import {
  afterFailure,
  FORGOTTEN_AFTER_MS,
  networkOf,
  perDevice,
  perEmail,
  perNetwork,
  type ThrottleRule,
  type ThrottleState,
  waitMs,
} from '../domain/throttle.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { hashOf } from './tokens.ts';

/** One try at a password, by whom and from where. */
export interface Try {
  readonly email: string;
  readonly ip: string;
  /**
   * The device or session that the person is known by. It counts for itself, so that strangers who fail at the address, or
   * in the same network, keep nobody out of their own browser.
   */
  readonly knownBy?: string | undefined;
}

/**
 * Slows guessing down, by address and by network, or by the device that is known, in all processes together. Every try
 * counts as failed before it is looked at, so that many at once are no way around; a success takes its own failure back.
 */
export class Throttles {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** @throws BatonError `ResourceExhausted` with the time to come back */
  async begin(attempt: Try): Promise<void> {
    await this.#store.transaction(async (trx) => {
      const now = this.#clock.now();
      await trx
        .deleteFrom('throttles')
        .where('until_ms', '<', now - FORGOTTEN_AFTER_MS)
        .execute();
      const counted: { readonly key: string; readonly next: ThrottleState }[] = [];
      let wait = 0;
      for (const { key, rule } of keysOf(attempt)) {
        await this.#store.lock(trx, `throttle ${key}`);
        const state = await read(trx, key);
        wait = Math.max(wait, waitMs(state, now));
        counted.push({ key, next: afterFailure(rule, state, now) });
      }
      if (wait > 0) throw tooMany(wait, now);
      for (const { key, next } of counted) await write(trx, key, next);
    });
  }

  /** The password was right: the address or the device starts anew, the network gets back what this try cost it. */
  async succeed(trx: Transaction<Tables>, attempt: Try): Promise<void> {
    for (const { key, rule } of keysOf(attempt)) {
      await this.#store.lock(trx, `throttle ${key}`);
      const state = await read(trx, key);
      if (state === undefined) continue;
      const failures = rule === perNetwork ? state.failures - 1 : 0;
      if (failures <= 0) await trx.deleteFrom('throttles').where('key', '=', key).execute();
      else await write(trx, key, { failures, untilMs: Math.min(state.untilMs, this.#clock.now()) });
    }
  }
}

/** What is typed as an address may be anything, even a password: it is not kept. Always in the same order, for the locks. */
function keysOf({ email, ip, knownBy }: Try): readonly { readonly key: string; readonly rule: ThrottleRule }[] {
  if (knownBy !== undefined) return [{ key: `known ${hashOf(knownBy)}`, rule: perDevice }];
  return [
    { key: `email ${hashOf(email)}`, rule: perEmail },
    { key: `network ${networkOf(ip)}`, rule: perNetwork },
  ];
}

async function read(trx: Transaction<Tables>, key: string): Promise<ThrottleState | undefined> {
  const row = await trx.selectFrom('throttles').selectAll().where('key', '=', key).executeTakeFirst();
  return row === undefined ? undefined : { failures: row.failures, untilMs: row.until_ms };
}

async function write(trx: Transaction<Tables>, key: string, { failures, untilMs }: ThrottleState): Promise<void> {
  const values = { failures, until_ms: untilMs };
  await trx
    .insertInto('throttles')
    .values({ key, ...values })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(values))
    .execute();
}

function tooMany(wait: number, now: number): BatonError {
  const seconds = Math.ceil(wait / 1000);
  const inWords = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  const at = new Date(now + wait).toISOString().slice(11, 19);
  return new BatonError(
    Code.ResourceExhausted,
    `Too many sign-ins have failed. Try again in ${inWords}, at ${at} UTC, or in a browser in which you have signed in before.`,
    { retryAfterMs: wait },
  );
}
