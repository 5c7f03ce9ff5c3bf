import {
  BatonError,
  type ChangeOutcome,
  Code,
  type DeleteRequest,
  resourceDoesNotExist,
} from '@baton-ts/connector-sdk';
import { headerProblem } from '../../api/names.ts';
import type { Subuser } from '../../api/schemas.ts';
import { deleteTeammate as deletion } from '../../api/writes.ts';
import { subuserType } from '../resource-types.ts';
import type { Source } from '../source.ts';
import { isPrivileged } from '../teammate-directory.ts';
import { type AdminLoss, refuseKeyOwner } from './last-admin.ts';
import { listed, nameOf, type Person, readDetail, refused } from './person.ts';
import { remove } from './remove.ts';
import { refuseOwner } from './rights.ts';

/** Subusers that are asked one by one about a teammate of unknown home; more would take minutes. */
const mostSearched = 100;
const keyWould = 'may no longer work';

/** What was found under a username, and what to tell about where. */
interface Found {
  readonly person: Person | undefined;
  readonly notes: readonly string[];
}

/**
 * Deletes a teammate of the account, or of the subuser that is the parent. Never the owner, and never whom the API key
 * belongs to.
 */
export async function deleteTeammate(
  source: Source,
  losses: AdminLoss,
  request: DeleteRequest,
): Promise<ChangeOutcome> {
  const found = await findTeammate(source, request);
  const { person } = found;
  if (person === undefined) return { annotations: [resourceDoesNotExist()], notes: found.notes };
  if (person.home !== undefined) return carryOut(source, found, person, [], request);
  if (!isPrivileged(person.detail)) {
    await refuseKeyOwner(source, person, [person.detail], keyWould, request);
    return carryOut(source, found, person, [], request);
  }
  refuseOwner(person);
  return losses.oneAtATime(request, async () => {
    const notes = await losses.refuseLast(person, keyWould, request);
    return carryOut(source, found, person, notes, request);
  });
}

async function carryOut(
  source: Source,
  found: Found,
  person: Person,
  adminNotes: readonly string[],
  request: DeleteRequest,
): Promise<ChangeOutcome> {
  const { username, home, detail } = person;
  const name = nameOf(person);
  const done = await remove(
    source,
    {
      name,
      write: { ...deletion(username, home), doing: `delete ${name}` },
      before: isPrivileged(detail) ? ['every scope of the account'] : detail.scopes.toSorted(),
      isThere: async () => (await readDetail(source, username, home, request)) !== undefined,
    },
    request,
  );
  if (done === undefined) return { annotations: [resourceDoesNotExist()], notes: found.notes };
  const notes = [...found.notes, ...(done.notes ?? []), ...adminNotes, await keysNote(source, person, request)];
  return { ...done, notes };
}

async function findTeammate(source: Source, request: DeleteRequest): Promise<Found> {
  const username = request.id.resource;
  const { parent } = request;
  if (parent === undefined) {
    const person = await personIn(source, username, undefined, request);
    return person ? { person, notes: [] } : goneUnlessInSubuser(source, username, request);
  }
  if (parent.resourceType !== subuserType.id) {
    throw new BatonError(
      Code.InvalidArgument,
      `A teammate belongs to the account or to a subuser, not to the ${parent.resourceType || 'resource'} ${JSON.stringify(parent.resource)}.`,
    );
  }
  const home = await source.subuser(parent.resource, request);
  if (home) return { person: await personIn(source, username, home, request), notes: [] };
  return { person: undefined, notes: [`The subuser ${parent.resource} is gone, and its teammates with it.`] };
}

/**
 * Nobody of that name is in the account itself. One in a subuser may be somebody else, whose deletion could not be undone:
 * it is deleted only when the subuser is named.
 */
async function goneUnlessInSubuser(source: Source, username: string, request: DeleteRequest): Promise<Found> {
  const subusers = await reachableSubusers(source, request);
  const name = JSON.stringify(username);
  if (subusers.length > mostSearched) {
    const unsaid = `The account has no teammate ${name}. Whether one of its ${subusers.length} subusers has, was not looked for: name the subuser as the parent resource, on the command line with --delete-resource-parent subuser/ID.`;
    return { person: undefined, notes: [unsaid] };
  }
  const homes = await Promise.all(
    subusers.map(async (subuser) => {
      try {
        return (await readDetail(source, username, subuser, request)) && JSON.stringify(subuser.username);
      } catch (error) {
        if (await source.isOutOfReach(error, request)) return undefined;
        throw error;
      }
    }),
  );
  const found = homes.filter((home) => home !== undefined);
  if (found.length === 0) return { person: undefined, notes: [] };
  throw refused(
    `The account itself has no teammate ${name}, but ${found.length === 1 ? 'its subuser' : 'its subusers'} ${listed(found)} ${found.length === 1 ? 'has' : 'have'} one of that name. Nothing was deleted: to delete that one, name the subuser as the parent resource, on the command line with --delete-resource-parent subuser/ID.`,
  );
}

async function reachableSubusers(source: Source, request: DeleteRequest): Promise<readonly Subuser[]> {
  if (source.ignoreSubusers) return [];
  const subusers: Subuser[] = [];
  try {
    for await (const page of source.client.subuserPages({ signal: request.signal })) subusers.push(...page);
  } catch (error) {
    if (subusers.length > 0 || !(await source.isOutOfReach(error, request))) throw error;
  }
  return subusers.filter(({ username }) => headerProblem(username) === undefined);
}

async function personIn(
  source: Source,
  username: string,
  home: Subuser | undefined,
  request: DeleteRequest,
): Promise<Person | undefined> {
  const detail = await readDetail(source, username, home, request);
  return detail && { username, detail, home, access: undefined };
}

/** Deleting people deletes nothing that they have made (`sendgrid-api.md §4.4`). */
async function keysNote(source: Source, person: Person, request: DeleteRequest): Promise<string> {
  const { home } = person;
  const alive = `API keys that ${nameOf(person)} made keep working, and SendGrid does not say who made which.`;
  try {
    if ((await source.keyHolds('api_keys.read', request)) === true) {
      const keys = await source.client.apiKeys({ signal: request.signal, onBehalfOf: home });
      const names = keys.map(({ name, api_key_id: id }) => JSON.stringify(name || id));
      return `${alive} ${home ? 'The subuser' : 'The account'} has ${names.length === 0 ? 'none now' : listed(names)}.`;
    }
  } catch {
    // The teammate is deleted: whatever is wrong with the list of keys must not hide that.
  }
  return `${alive} Look through them in SendGrid under Settings, API Keys.`;
}
