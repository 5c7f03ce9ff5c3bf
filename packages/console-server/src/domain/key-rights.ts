import type { Connector } from '@baton-ts/console-api';
import type { ConnectorLogLine } from './sync-progress.ts';

type KeyRights = Omit<NonNullable<Connector['keyRights']>, 'checkedAt'>;

/** More than any connector can use. */
const MOST_SCOPES = 100;

/** What a connector says of its key before it reads anything; undefined for every other line. */
export function keyRightsOf({ message, fields }: ConnectorLogLine): KeyRights | undefined {
  if (message !== 'What the API key may do') return undefined;
  const [holds, lacks] = [scopesOf(fields['holds']), scopesOf(fields['lacks'])];
  return holds === undefined || lacks === undefined ? undefined : { holds, lacks };
}

function scopesOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value
    .filter((item): item is string => typeof item === 'string' && /^[\w.]{1,100}$/.test(item))
    .slice(0, MOST_SCOPES);
}
