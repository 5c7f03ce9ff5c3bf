import { EncryptJWT, jwtDecrypt } from 'jose';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Tables } from '../store/tables.ts';
import { Cookie } from './cookies.ts';
import type { KeyPurpose, TokenKey } from './token-key.ts';

export interface SealedCookieOptions<T extends Readonly<Record<string, unknown>>> {
  readonly name: string;
  readonly publicUrl: URL;
  /** Its key is used for nothing else. */
  readonly purpose: KeyPurpose;
  readonly lifeMs: number;
  readonly schema: z.ZodType<T>;
}

/** Something that a browser keeps for us: nobody reads it there, or makes one, and after its life it is nothing. */
export class SealedCookie<T extends Readonly<Record<string, unknown>>> {
  readonly #key: TokenKey;
  readonly #clock: Clock;
  readonly #options: SealedCookieOptions<T>;
  readonly #cookie: Cookie;

  constructor(key: TokenKey, clock: Clock, options: SealedCookieOptions<T>) {
    this.#key = key;
    this.#clock = clock;
    this.#options = options;
    this.#cookie = new Cookie(options.name, options.publicUrl);
  }

  /**
   * @param trx the transaction that the caller is in, if any
   * @returns the header that sets it
   */
  async set(value: T, trx?: Transaction<Tables>): Promise<string> {
    const { lifeMs, purpose } = this.#options;
    const sealed = await new EncryptJWT({ ...value })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(Math.floor((this.#clock.now() + lifeMs) / 1000))
      .encrypt(await this.#key.for(purpose, trx));
    return this.#cookie.set(sealed, lifeMs);
  }

  /** `undefined` when there is none, or one that is not ours or has run out. */
  async read(request: Parameters<Cookie['read']>[0]): Promise<T | undefined> {
    const sealed = this.#cookie.read(request);
    if (sealed === undefined) return undefined;
    const { purpose, schema } = this.#options;
    try {
      const { payload } = await jwtDecrypt(sealed, await this.#key.for(purpose), {
        currentDate: new Date(this.#clock.now()),
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      return schema.parse(payload);
    } catch {
      return undefined;
    }
  }

  /** @returns the header that takes it away */
  clear(): string {
    return this.#cookie.clear();
  }
}
