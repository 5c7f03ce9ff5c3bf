import type { CallRequest } from '@baton-ts/connector-sdk';
import { statusOf } from '../../api/errors.ts';
import type { ListedTeammate } from '../../api/schemas.ts';
import type { Source } from '../source.ts';
import { isOwner } from '../teammate-directory.ts';

/**
 * The teammate that the API key belongs to; undefined when SendGrid does not say. Keys carry no owner
 * (`sendgrid-api.md §8`), and `GET /v3/user/username` may name the account, whose name is the owner's: only another
 * teammate's name is an answer.
 */
export async function whoseKey(
  source: Source,
  people: readonly ListedTeammate[],
  { signal }: CallRequest,
): Promise<string | undefined> {
  try {
    const { username } = await source.client.userName({ signal });
    const person = people.find((one) => one.username === username);
    return person === undefined || isOwner(person) ? undefined : username;
  } catch (error) {
    if ([401, 403, 404].includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  }
}
