import { type ChangeOutcome, type DeleteRequest, resourceDoesNotExist } from '@baton-ts/connector-sdk';
import { saysNotFound } from '../../api/errors.ts';
import type { ApiKeyDetail } from '../../api/schemas.ts';
import { deleteApiKey } from '../../api/writes.ts';
import type { Source } from '../source.ts';
import { refused } from './person.ts';
import { remove } from './remove.ts';

/** Deletes an API key; programs that use it are refused from then on. Never the key that the connector itself uses. */
export async function deleteKey(source: Source, ownKeyId: string, request: DeleteRequest): Promise<ChangeOutcome> {
  const id = request.id.resource;
  const key = await keyWith(source, id, request);
  if (key === undefined) return { annotations: [resourceDoesNotExist()] };
  const name = `the API key ${JSON.stringify(key.name || id)}`;
  if (id === ownKeyId) {
    throw refused(
      `The connector itself uses ${name}, and could do nothing more without it. Give the connector another key first.`,
    );
  }
  const write = { ...deleteApiKey(id), doing: `delete ${name}` };
  const isThere = async () => (await keyWith(source, id, request)) !== undefined;
  const done = await remove(source, { name, write, before: key.scopes.toSorted(), isThere }, request);
  return done ?? { annotations: [resourceDoesNotExist()] };
}

async function keyWith(source: Source, id: string, { signal }: DeleteRequest): Promise<ApiKeyDetail | undefined> {
  try {
    return await source.client.apiKey(id, { signal });
  } catch (error) {
    if (saysNotFound(error)) return undefined;
    throw error;
  }
}
