import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { BatonError, Code } from '@baton-ts/protocol/errors';

/** AES-256. */
const KEY_BYTES = 32;
/** In the data folder, when `BATON_CONSOLE_KEY` is not set. One key in base64 a line, the newest first. */
export const KEY_FILE = 'console.key';

export interface Key {
  /** Says which key it is without saying the key. */
  readonly id: string;
  readonly bytes: Buffer;
}

/** The keys that sealed texts may be sealed with. */
export interface KeyRing {
  /** Newest first: that one seals. */
  keys(): readonly Key[];
  /**
   * Puts a new key in front. The one before stays known, for what a running server seals meanwhile; older ones go. Missing
   * where a person puts it there.
   */
  readonly addKey?: () => void;
}

/** Keys from `BATON_CONSOLE_KEY`: base64 of 32 bytes, the newest first, separated by commas. */
export function keysFromText(text: string): KeyRing {
  const keys = parseKeys(text.split(','), 'BATON_CONSOLE_KEY');
  return { keys: () => keys };
}

/** Whether there is a key file in the data folder. */
export function hasKeyFile(dataDir: string): boolean {
  return statSync(join(dataDir, KEY_FILE), { throwIfNoEntry: false }) !== undefined;
}

/** Keys in the data folder. Read again each time: another process may have added one. */
export function keysInFolder(dataDir: string): KeyRing {
  const path = join(dataDir, KEY_FILE);
  return {
    keys: () => readKeyFile(path),
    addKey() {
      const [current] = readKeyFile(path);
      const lines = [randomBytes(KEY_BYTES), ...(current === undefined ? [] : [current.bytes])];
      writeKeyFile(path, lines, renameSync);
    },
  };
}

/** Makes the key file of a new data folder. When two processes do so at once, both go on with the same key. */
export function makeKeyFile(dataDir: string): void {
  const path = join(dataDir, KEY_FILE);
  try {
    writeKeyFile(path, [randomBytes(KEY_BYTES)], linkSync);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new BatonError(Code.FailedPrecondition, `The key file ${path} cannot be written.`, { cause: error });
  }
}

function readKeyFile(path: string): readonly Key[] {
  let text: string;
  let mode: number;
  try {
    mode = statSync(path).mode;
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new BatonError(
      Code.FailedPrecondition,
      `The key file ${path} cannot be read. Without it no saved secret can be opened: put it back from a backup.`,
      { cause },
    );
  }
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new BatonError(
      Code.FailedPrecondition,
      `Others may read the key file ${path}. Run: chmod 600 ${path}. If they may have read it, rotate the key.`,
    );
  }
  return parseKeys(
    text.split('\n').filter((line) => line.trim() !== ''),
    path,
  );
}

function parseKeys(lines: readonly string[], where: string): readonly Key[] {
  const keys = lines.map((line) => {
    const bytes = Buffer.from(line.trim(), 'base64');
    if (bytes.length !== KEY_BYTES) {
      throw new BatonError(
        Code.InvalidArgument,
        `${where} does not hold a key: it has to be 32 bytes in base64, such as \`openssl rand -base64 32\` makes.`,
      );
    }
    return { id: createHash('sha256').update('console key').update(bytes).digest('hex').slice(0, 12), bytes };
  });
  if (keys.length === 0) throw new BatonError(Code.InvalidArgument, `${where} is empty. Put the key back.`);
  return keys;
}

/** Whole or not at all, and on the disk before anything is sealed with it. */
function writeKeyFile(path: string, keys: readonly Buffer[], place: (from: string, to: string) => void): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, keys.map((key) => `${key.toString('base64')}\n`).join(''), { mode: 0o600, flush: true });
    chmodSync(draft, 0o600);
    place(draft, path);
    syncFolder(dirname(path));
  } finally {
    rmSync(draft, { force: true });
  }
}

function syncFolder(folder: string): void {
  // Windows cannot open a folder.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
