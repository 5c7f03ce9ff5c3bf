import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { RequestContext } from '../domain/actor.ts';
import type { Tables } from '../store/tables.ts';
import { SealedCookie } from './sealed-cookie.ts';
import type { TokenKey } from './token-key.ts';
import { newToken } from './tokens.ts';

/** Renewed by each sign-in: who comes twice a year stays known. */
const DEVICE_LIFE_MS = 180 * 24 * 60 * 60_000;

const mark = z.object({ personId: z.string(), device: z.string(), madeMs: z.number() });

/**
 * Remembers in a browser that this person has signed in there, so that the failures of strangers do not keep them out. The
 * mark opens nothing: it is sealed, good for one person, and counts failures of its own.
 */
export class KnownDevices {
  readonly #clock: Clock;
  readonly #cookie;

  constructor(key: TokenKey, clock: Clock, publicUrl: URL) {
    this.#clock = clock;
    this.#cookie = new SealedCookie(key, clock, {
      name: 'console-device',
      publicUrl,
      purpose: 'known device',
      lifeMs: DEVICE_LIFE_MS,
      schema: mark,
    });
  }

  /** For the answer to somebody who has proven to be that person. */
  async remember(
    trx: Transaction<Tables>,
    personId: string,
    { setCookie }: Pick<RequestContext, 'setCookie'>,
  ): Promise<void> {
    const made = { personId, device: newToken(), madeMs: this.#clock.now() };
    setCookie?.(await this.#cookie.set(made, trx));
  }

  /**
   * @param since marks from before are forgotten: whoever knew the old password may have made many
   * @returns what names the device in the count of failures
   */
  async find(
    { id, since }: { readonly id: string; readonly since: number },
    { cookies }: Pick<RequestContext, 'cookies'>,
  ): Promise<string | undefined> {
    const found = await this.#cookie.read({ headers: { cookie: cookies } });
    return found?.personId === id && found.madeMs >= since ? found.device : undefined;
  }
}
