import type { Resource } from '@baton-ts/protocol/connector-v2';
import { emailsOf, userTrait } from '../lists/resource-facts.ts';

/**
 * Tells whether one of many principals is the same as another, of another file perhaps (`cli.md §C.3`): same type and id;
 * else both are users with an e-mail address in common; else the same name, unless only one of the two is a user.
 */
export class PrincipalIndex {
  readonly #keys = new Set<string>();

  add(principal: Resource): void {
    for (const key of keysOf(principal)) this.#keys.add(key);
  }

  has(principal: Resource): boolean {
    return keysOf(principal).some((key) => this.#keys.has(key));
  }
}

/** Two principals are the same when they have a key in common. */
function keysOf(principal: Resource): string[] {
  const isUser = userTrait(principal) !== undefined;
  const keys = [`id ${principal.id?.resourceType}:${principal.id?.resource}`];
  if (isUser) keys.push(...emailsOf(principal).map((email) => `email ${email.toLowerCase()}`));
  if (principal.displayName !== '') keys.push(`${isUser ? 'user' : 'name'} ${principal.displayName}`);
  return keys;
}
