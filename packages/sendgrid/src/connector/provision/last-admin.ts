import { BatonError, type ChangeRequest } from '@baton-ts/connector-sdk';
import type { ListedTeammate } from '../../api/schemas.ts';
import type { Source } from '../source.ts';
import { isOwner } from '../teammate-directory.ts';
import { whoseKey } from './key-owner.ts';
import { capital, nameOf, type Person, refused } from './person.ts';

export interface AdminLossOptions {
  readonly source: Source;
  /** Whether the last admin besides the owner may be demoted or deleted. */
  readonly allowLastAdmin: boolean;
}

/** Keeps demotions and deletions from taking the account's last admin, or the one whose API key this is. */
export class AdminLoss {
  readonly #options: AdminLossOptions;
  #last: Promise<void> = Promise.resolve();

  constructor(options: AdminLossOptions) {
    this.#options = options;
  }

  /** One at a time: two that look at once would each see the other as the admin who stays. */
  async oneAtATime<T>({ signal }: ChangeRequest, work: () => Promise<T>): Promise<T> {
    const previous = this.#last;
    const mine = Promise.withResolvers<void>();
    this.#last = previous.then(() => mine.promise);
    try {
      await orAborted(previous, signal);
      return await work();
    } finally {
      mine.resolve();
    }
  }

  /**
   * Throws when the account cannot do without this admin. Returns notes for the person.
   *
   * @param keyWould what the key would do if it is that admin's own, to be put after "it": `could no longer change people`
   */
  async refuseLast(person: Person, keyWould: string, request: ChangeRequest): Promise<readonly string[]> {
    const { source, allowLastAdmin } = this.#options;
    const name = nameOf(person);
    const people: ListedTeammate[] = [];
    for await (const page of source.client.teammatePages({ signal: request.signal })) people.push(...page);
    const others = people.filter((one) => one.is_admin && !isOwner(one) && one.username !== person.username);
    if (others.length === 0 && !allowLastAdmin) {
      throw refused(
        `${capital(name)} is the account's last admin besides the owner. Make somebody else an admin first, or allow it with --allow-last-admin.`,
      );
    }
    const owner = await refuseKeyOwner(source, person, people, keyWould, request);
    if (owner !== undefined) return [];
    return [`SendGrid does not say whose API key this is. If it is that of ${name}, it ${keyWould}.`];
  }
}

/** Throws when the API key is this teammate's. Returns whose it is; undefined when SendGrid does not say. */
export async function refuseKeyOwner(
  source: Source,
  person: Person,
  people: readonly ListedTeammate[],
  keyWould: string,
  request: ChangeRequest,
): Promise<string | undefined> {
  const owner = await whoseKey(source, people, request);
  if (owner !== person.username) return owner;
  throw refused(`The API key belongs to ${nameOf(person)}: after that it ${keyWould}. Use another admin's key.`);
}

function orAborted(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(BatonError.from(signal.reason, 'waiting for another change of an admin'));
    signal.addEventListener('abort', giveUp, { once: true });
    void turn.then(() => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    });
  });
}
