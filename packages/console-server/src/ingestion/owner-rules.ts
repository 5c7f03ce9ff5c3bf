import { app } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { compileKey, type KeyOf, type MatchingRule } from '../domain/matching-rules.ts';
import { type Directory, emailKey, type Match, matchOwner, nameKey } from '../domain/owner-matching.ts';
import type { Db } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { MatchKeys } from './said.ts';

/** An account as matching sees it; custom rules read it under these names. */
export interface OwnedAccount {
  readonly type: Tables['accounts']['type'];
  readonly keys: MatchKeys;
  readonly display_name: string;
  readonly external_id: string;
  readonly resource_type_id: string;
  /** As JSON. */
  readonly profile: string;
}

export type FindOwner = (account: OwnedAccount) => Match;

/**
 * Checks the custom matching rules that somebody wrote.
 *
 * @throws BatonError `InvalidArgument` that names the rule and what is wrong with it
 */
export function checkMatchingRules(rules: readonly MatchingRule[]): void {
  compileRules(rules);
}

/** How the owners of an app's accounts are found: its mode and rules, with everybody in the directory. */
export async function ownerFinder(db: Db, appId: string): Promise<FindOwner> {
  const row = await db
    .selectFrom('apps')
    .select(['identity_matching', 'matching_rules'])
    .where('id', '=', appId)
    .executeTakeFirstOrThrow();
  const mode = row.identity_matching;
  const rules = mode === 'CUSTOM' ? compileRules(app.shape.matchingRules.parse(JSON.parse(row.matching_rules))) : [];
  const directory = await readDirectory(db, rules);
  return (account) =>
    matchOwner(
      {
        type: account.type,
        ...account.keys,
        customKeys: rules.length === 0 ? [] : customKeys(account, rules),
      },
      mode,
      directory,
    );
}

interface CompiledRule {
  readonly accountKey: KeyOf;
  readonly userKey: KeyOf;
}

function compileRules(rules: readonly MatchingRule[]): CompiledRule[] {
  return rules.map(({ accountKey, userKey }, index) => {
    const compile = (variable: 'account' | 'user', expression: string): KeyOf => {
      try {
        return compileKey(variable, expression);
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new BatonError(
          Code.InvalidArgument,
          `The ${variable} key of matching rule ${index + 1} cannot be used: ${why}`,
          { cause },
        );
      }
    };
    return { accountKey: compile('account', accountKey), userKey: compile('user', userKey) };
  });
}

function customKeys(account: OwnedAccount, rules: readonly CompiledRule[]): (string | undefined)[] {
  const { keys, profile, ...rest } = account;
  const about = {
    ...rest,
    email: keys.emails[0] ?? '',
    emails: keys.emails,
    username: keys.usernames[0] ?? '',
    usernames: keys.usernames,
    name: keys.name,
    profile: JSON.parse(profile),
  };
  return rules.map(({ accountKey }) => accountKey(about));
}

async function readDirectory(db: Db, rules: readonly CompiledRule[]): Promise<Directory> {
  const people = await db
    .selectFrom('people')
    .select(['id', 'email', 'display_name', 'job_title', 'department', 'manager_email'])
    .execute();
  const byEmail = new UniqueKeys();
  const byName = new UniqueKeys();
  const byRule = rules.map(() => new UniqueKeys());
  for (const person of people) {
    byEmail.add(emailKey(person.email), person.id);
    byName.add(nameKey(person.display_name), person.id);
    for (const [index, { userKey }] of rules.entries()) byRule[index]?.add(userKey({ ...person }), person.id);
  }
  return {
    byEmail: (email) => byEmail.get(email),
    byName: (name) => byName.get(name),
    byCustomKey: (rule, key) => byRule[rule]?.get(key),
  };
}

/** Finds by a key only what nobody else has. */
class UniqueKeys {
  readonly #ids = new Map<string, string | null>();

  add(key: string | undefined, id: string): void {
    if (key !== undefined && key !== '') this.#ids.set(key, this.#ids.has(key) ? null : id);
  }

  get(key: string): string | undefined {
    return this.#ids.get(key) ?? undefined;
  }
}
