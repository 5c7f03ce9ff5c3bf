import { EncryptJWT, jwtDecrypt } from 'jose';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { RequestContext } from '../domain/actor.ts';
import type { Tables } from '../store/tables.ts';
import { Cookie } from './cookies.ts';
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
  readonly #key: TokenKey;
  readonly #clock: Clock;
  readonly #cookie: Cookie;

  constructor(key: TokenKey, clock: Clock, publicUrl: URL) {
    this.#key = key;
    this.#clock = clock;
    this.#cookie = new Cookie('console-device', publicUrl);
  }

  /** For the answer to somebody who has proven to be that person. */
  async remember(
    trx: Transaction<Tables>,
    personId: string,
    { setCookie }: Pick<RequestContext, 'setCookie'>,
  ): Promise<void> {
    const now = this.#clock.now();
    const sealed = await new EncryptJWT({ personId, device: newToken(), madeMs: now })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(Math.floor((now + DEVICE_LIFE_MS) / 1000))
      .encrypt(await this.#key.for('known device', trx));
    setCookie?.(this.#cookie.set(sealed, DEVICE_LIFE_MS));
  }

  /**
   * @param since marks from before are forgotten: whoever knew the old password may have made many
   * @returns what names the device in the count of failures
   */
  async find(
    { id, since }: { readonly id: string; readonly since: number },
    { cookies }: Pick<RequestContext, 'cookies'>,
  ): Promise<string | undefined> {
    const sealed = this.#cookie.read({ headers: { cookie: cookies } });
    if (sealed === undefined) return undefined;
    try {
      const { payload } = await jwtDecrypt(sealed, await this.#key.for('known device'), {
        currentDate: new Date(this.#clock.now()),
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      const { personId, device, madeMs } = mark.parse(payload);
      return personId === id && madeMs >= since ? device : undefined;
    } catch {
      return undefined;
    }
  }
}
