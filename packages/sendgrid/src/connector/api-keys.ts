import { type ResourceTypePart, secretResource } from '@baton-ts/connector-sdk';
import { type Resource, SecretTrait_CredentialType } from '@baton-ts/protocol/connector-v2';
import { statusOf } from '../api/errors.ts';
import { pathProblem } from '../api/names.ts';
import type { ApiKey } from '../api/schemas.ts';
import { apiKeyType } from './resource-types.ts';
import type { Source } from './source.ts';

/** The account's API keys, by name. A key carries no owner, so it cannot be tied to a teammate (`sendgrid-api.md §8`). */
export function apiKeyPart(source: Source): ResourceTypePart {
  return {
    type: apiKeyType,
    permissions: ['api_keys.read'],
    async list({ parent, signal }) {
      return { items: parent ? [] : (await source.client.apiKeys({ signal })).map(apiKeyResource) };
    },
    async get({ id, signal }) {
      if (pathProblem(id.resource) !== undefined) return undefined;
      try {
        return apiKeyResource(await source.client.apiKey(id.resource, { signal }));
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },
  };
}

function apiKeyResource({ api_key_id, name }: ApiKey): Resource {
  return secretResource(
    { type: apiKeyType, id: api_key_id, displayName: name === '' ? api_key_id : name, profile: { name } },
    { credentialType: SecretTrait_CredentialType.STATIC_SECRET },
  );
}
