import { typeNameOf, unpack } from '@baton-ts/protocol/annotations';
import { EnqueuePageTokensSchema } from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Page } from '../connector.ts';
import { describe } from './schedule.ts';
import type { Action, SyncState } from './state.ts';

/** The limits that the Baton protocol sets for tokens (`c1z-format.md §3.2, §5.2`). */
const maxTokenBytes = 1_048_576;
const maxSpawned = 1_024;
const maxSpawnedBytes = 16 * 1_048_576;

/** Takes an action on to its next page, and refuses a list that goes in a circle. */
export class PageTokens {
  readonly #state: SyncState;
  readonly #seen = new Map<string, Set<string>>();

  constructor(state: SyncState) {
    this.#state = state;
  }

  /** The action at its next page; undefined when this was the last. */
  follow(action: Action, page: Page<unknown>): Action | undefined {
    this.#spawn(action, page);
    const next = page.nextPageToken ?? '';
    if (next === '') {
      this.#seen.delete(action.id);
      this.#state.complete(action);
      return undefined;
    }
    checkSize(action, next);
    const seen = this.#seen.get(action.id) ?? new Set();
    seen.add(action.pageToken);
    if (seen.has(next)) {
      throw bug(
        action,
        `returned the page token ${JSON.stringify(next.slice(0, 100))} a second time, so the list would never end`,
      );
    }
    this.#seen.set(action.id, seen);
    return this.#state.advance(action, next);
  }

  #spawn(action: Action, page: Page<unknown>): void {
    const found = (page.annotations ?? []).filter((any) => typeNameOf(any) === EnqueuePageTokensSchema.typeName);
    if (found.length > 1) throw bug(action, 'handed out further page tokens twice in one page');
    const tokens = found[0] ? unpack(EnqueuePageTokensSchema, found[0]).pageTokens : [];
    if (tokens.length > maxSpawned) throw bug(action, `handed out more than ${maxSpawned} page tokens in one page`);
    let bytes = 0;
    for (const token of tokens) {
      if (token === '') throw bug(action, 'handed out an empty page token');
      bytes += checkSize(action, token);
    }
    if (bytes > maxSpawnedBytes) throw bug(action, 'handed out more than 16 MiB of page tokens in one page');
    for (const token of tokens) this.#state.push({ ...action, pageToken: token, spawned: true });
  }
}

function checkSize(action: Action, token: string): number {
  const bytes = Buffer.byteLength(token);
  if (bytes > maxTokenBytes) throw bug(action, 'returned a page token of more than 1 MiB');
  return bytes;
}

function bug(action: Action, what: string): BatonError {
  return new BatonError(Code.Internal, `${describe(action)}: the connector ${what}. This is a bug in the connector.`);
}
