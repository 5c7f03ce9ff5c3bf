import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { SecretBox } from '../settings/secret-box.ts';
import { readSecret, saveSecret } from '../settings/secrets.ts';
import type { Store } from '../store/store.ts';

const OWNER = 'auth';
const NAME = 'token_key';

/** What keys are needed for: each has its own, so that a text made for one is nothing for the other. */
export type KeyPurpose = 'access token' | 'OpenID Connect flow';

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

  /** 32 bytes. */
  async for(purpose: KeyPurpose): Promise<Uint8Array> {
    this.#value ??= await this.#read();
    return createHmac('sha256', this.#value).update(purpose).digest();
  }

  #read(): Promise<string> {
    return this.#store.transaction(async (trx) => {
      await this.#store.lock(trx, NAME);
      const saved = await readSecret(trx, this.#box, OWNER, NAME);
      if (saved !== undefined) return saved;
      const value = randomBytes(32).toString('base64url');
      const nowMs = this.#clock.now();
      await saveSecret(trx, this.#box, { owner: OWNER, name: NAME, value, savedBy: '', nowMs });
      return value;
    });
  }
}
