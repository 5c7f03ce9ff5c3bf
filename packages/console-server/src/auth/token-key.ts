import { createHmac, randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Clock } from '../clock.ts';
import type { SecretBox } from '../settings/secret-box.ts';
import { readSecret, saveSecret } from '../settings/secrets.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

const OWNER = 'auth';
const NAME = 'token_key';

/** What keys are needed for: each has its own, so that a text made for one is nothing for the other. */
export type KeyPurpose = 'access token' | 'OpenID Connect flow' | 'known device';

/** The secret behind what the console hands out and takes back. Made when it is first needed, the same in all processes. */
export class TokenKey {
  readonly #store: Store;
  readonly #box: SecretBox;
  readonly #clock: Clock;
  #value: string | undefined;

  constructor(store: Store, box: SecretBox, clock: Clock) {
    this.#store = store;
    this.#box = box;
    this.#clock = clock;
  }

  /**
   * @param trx the transaction that the caller is in, if any: there is one at a time
   * @returns 32 bytes
   */
  async for(purpose: KeyPurpose, trx?: Transaction<Tables>): Promise<Uint8Array> {
    return createHmac('sha256', await this.#read(trx))
      .update(purpose)
      .digest();
  }

  async #read(trx: Transaction<Tables> | undefined): Promise<string> {
    if (this.#value !== undefined) return this.#value;
    // One that is made in a transaction of somebody else may vanish with it.
    if (trx !== undefined) return this.#readIn(trx);
    this.#value = await this.#store.transaction((own) => this.#readIn(own));
    return this.#value;
  }

  async #readIn(trx: Transaction<Tables>): Promise<string> {
    await this.#store.lock(trx, NAME);
    const saved = await readSecret(trx, this.#box, OWNER, NAME);
    if (saved !== undefined) return saved;
    const value = randomBytes(32).toString('base64url');
    const nowMs = this.#clock.now();
    await saveSecret(trx, this.#box, { owner: OWNER, name: NAME, value, savedBy: '', nowMs });
    return value;
  }
}
