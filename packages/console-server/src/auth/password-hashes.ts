import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { BatonError, Code } from '@baton-ts/protocol/errors';

/** How dear a guess is. `logN` 17 with `r` 8 takes 128 MiB and a few tenths of a second. */
export interface PasswordCost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

export const defaultCost: PasswordCost = { logN: 17, r: 8, p: 1 };

/** Hashes made at once: 256 MiB. */
const AT_ONCE = 2;

/** Sign-ins that wait for their turn; beyond that the answer would come too late. */
const MAX_WAITING = 50;

const KEY_BYTES = 32;

/**
 * Passwords as scrypt hashes, with the parameters in the text: `scrypt$17$8$1$<salt>$<hash>`. The cost can be raised: old
 * hashes stay good, and `verify` says which should be made anew.
 */
export class PasswordHashes {
  readonly #cost: PasswordCost;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(cost: PasswordCost = defaultCost) {
    this.#cost = cost;
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    const key = await this.#derive(password, salt, this.#cost);
    const { logN, r, p } = this.#cost;
    return `scrypt$${logN}$${r}$${p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
  }

  /**
   * @param stored undefined when there is nothing to compare with: the answer is no, and takes no less time
   * @returns `outdated`: right, and made with another cost than today's
   */
  async verify(password: string, stored: string | undefined): Promise<'right' | 'outdated' | 'wrong'> {
    const parts = stored === undefined ? undefined : parse(stored);
    if (parts === undefined) {
      await this.#derive(password, Buffer.alloc(16), this.#cost);
      return 'wrong';
    }
    const key = await this.#derive(password, parts.salt, parts.cost);
    if (!timingSafeEqual(key, parts.key)) return 'wrong';
    const { logN, r, p } = this.#cost;
    return parts.cost.logN === logN && parts.cost.r === r && parts.cost.p === p ? 'right' : 'outdated';
  }

  async #derive(password: string, salt: Buffer, { logN, r, p }: PasswordCost): Promise<Buffer> {
    await this.#takeTurn();
    try {
      // The same letters typed on another machine may come in another form.
      return await scryptKey(password.normalize('NFKC'), salt, { N: 2 ** logN, r, p, maxmem: 256 * r * 2 ** logN });
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  async #takeTurn(): Promise<void> {
    if (this.#running < AT_ONCE) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= MAX_WAITING) {
      throw new BatonError(Code.Unavailable, 'Too many people sign in at this moment. Try again in a few seconds.');
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

function scryptKey(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function parse(stored: string): { cost: PasswordCost; salt: Buffer; key: Buffer } | undefined {
  const [, logN, r, p, salt = '', key = ''] =
    /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]+)\$([\w-]+)$/.exec(stored) ?? [];
  if (logN === undefined) return undefined;
  const hash = Buffer.from(key, 'base64url');
  if (hash.length !== KEY_BYTES) return undefined;
  return {
    cost: { logN: Number(logN), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    key: hash,
  };
}
