import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Store } from '../store/store.ts';
import { hasKeyFile, type KeyRing, keysFromText, keysInFolder, makeKeyFile } from './key-ring.ts';

/** Where the sealed text of a mail belongs. */
export function outboxPlace(id: string): string {
  return `outbox/${id}`;
}

const ALGORITHM = 'aes-256-gcm';
/** Of GCM: random ones are safe for 2³² texts with one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 'v1';

/**
 * Seals texts for keeping: AES-256-GCM with a random nonce. The sealed text names its key, and it opens only at the place
 * that it was sealed for, so that nobody who can write to the database moves a secret to where it is shown.
 */
export interface SecretBox {
  /** @param place what it belongs to, such as `outbox/<id>` */
  seal(text: string, place: string): string;
  /** @throws BatonError `DataLoss` when it was changed, moved, or its key is not there */
  open(sealed: string, place: string): string;
  /** What every text begins with that the newest key has sealed. */
  currentPrefix(): string;
}

export interface SecretBoxOptions {
  readonly store: Store;
  readonly dataDir: string;
  /** `BATON_CONSOLE_KEY`. */
  readonly keyText?: string | undefined;
}

/**
 * The keys of this console: from `BATON_CONSOLE_KEY`, else from the file `console.key` in the data folder, which the first
 * start makes.
 *
 * @throws BatonError when others may read the file, or a saved secret needs a key that is not there
 */
export async function openKeyRing({ store, dataDir, keyText }: SecretBoxOptions): Promise<KeyRing> {
  const fromText = keyText === undefined || keyText === '' ? undefined : keysFromText(keyText);
  const used = await usedKeys(store);
  if (fromText === undefined && !hasKeyFile(dataDir)) {
    if (used.size > 0) throw missing([...used].join(', '));
    makeKeyFile(dataDir);
  }
  const ring = fromText ?? keysInFolder(dataDir);
  const known = new Set(ring.keys().map((key) => key.id));
  const unknown = [...used].filter((id) => !known.has(id));
  if (unknown.length > 0) throw missing(unknown.join(', '));
  return ring;
}

export function secretBox(ring: KeyRing): SecretBox {
  let known = ring.keys();
  const newest = () => {
    known = ring.keys();
    const [key] = known;
    if (key === undefined) throw missing('any');
    return key;
  };
  const keyOf = (id: string) => {
    const find = () => known.find((key) => key.id === id);
    const key = find();
    if (key !== undefined) return key;
    known = ring.keys();
    return find();
  };

  return {
    seal(text, place) {
      const { id, bytes } = newest();
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, bytes, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(place));
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${FORMAT}.${id}.${sealed.toString('base64url')}`;
    },

    open(sealed, place) {
      const [format, id = '', body = ''] = sealed.split('.');
      const bytes = Buffer.from(body, 'base64url');
      if (format !== FORMAT || bytes.length < NONCE_BYTES + TAG_BYTES) throw damaged(place);
      const key = keyOf(id);
      if (key === undefined) throw missing(id);
      try {
        const decipher = createDecipheriv(ALGORITHM, key.bytes, bytes.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(-TAG_BYTES));
        const inside = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
        return Buffer.concat([decipher.update(inside), decipher.final()]).toString();
      } catch (cause) {
        throw damaged(place, cause);
      }
    },

    currentPrefix: () => `${FORMAT}.${newest().id}.`,
  };
}

async function usedKeys(store: Store): Promise<Set<string>> {
  const secrets = await store.db.selectFrom('secrets').select('sealed').execute();
  const mails = await store.db.selectFrom('outbox').select('sealed_text as sealed').execute();
  return new Set([...secrets, ...mails].map(({ sealed }) => sealed.split('.')[1] ?? ''));
}

function missing(ids: string): BatonError {
  return new BatonError(
    Code.DataLoss,
    `The database has secrets that were sealed with a key that is not here (${ids}). Put back console.key from a backup, or add the key to BATON_CONSOLE_KEY.`,
  );
}

function damaged(place: string, cause?: unknown): BatonError {
  return new BatonError(
    Code.DataLoss,
    `The saved secret ${place} is damaged or was changed in the database. Enter it again.`,
    { cause },
  );
}
