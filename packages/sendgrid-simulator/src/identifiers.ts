import { createHash } from 'node:crypto';
import type { Account, ApiKey, Realm } from './model.ts';

function digest(...parts: readonly (string | number)[]): string {
  return createHash('sha512').update(parts.join('\u0000')).digest('base64url').replaceAll(/[-_]/g, 'x');
}

/** The same text for the same account history: a run can be repeated. */
function nextText(account: Account, purpose: string): string {
  const serial = account.nextSerial;
  account.nextSerial += 1;
  return digest(account.seed, purpose, serial);
}

export function nextToken(account: Account): string {
  return nextText(account, 'invitation').slice(0, 32);
}

export function nextNumber(account: Account): number {
  const serial = account.nextSerial;
  account.nextSerial += 1;
  return serial;
}

/** `SG.<id>.<secret>`, 69 characters (`sendgrid-api.md §1`). */
export function addApiKey(
  account: Account,
  realm: Realm,
  name: string,
  scopes: readonly string[],
  wholeKey?: string,
): ApiKey {
  const text = nextText(account, 'key');
  const id = text.slice(0, 22);
  const key = {
    id,
    name,
    scopes: [...scopes],
    firstScopes: [...scopes],
    isRevoked: false,
    secret: wholeKey ?? `SG.${id}.${text.slice(22, 65)}`,
  };
  realm.apiKeys.set(id, key);
  return key;
}
