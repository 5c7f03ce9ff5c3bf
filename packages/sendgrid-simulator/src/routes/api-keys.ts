import { fullAccessScopes } from '../account.ts';
import { ApiError, forbidden } from '../api-error.ts';
import { type Call, noContent, ok, optionalScopes, type Route, requiredScopes, requiredText } from '../call.ts';
import { addApiKey } from '../identifiers.ts';
import type { ApiKey } from '../model.ts';

const one = '/v3/api_keys/{api_key_id}';
const mostKeys = 100;

export const apiKeyRoutes: readonly Route[] = [
  { method: 'GET', template: '/v3/api_keys', scope: 'api_keys.read', inSubuser: true, handle: list },
  { method: 'POST', template: '/v3/api_keys', scope: 'api_keys.create', inSubuser: true, handle: create },
  { method: 'GET', template: one, scope: 'api_keys.read', inSubuser: true, handle: read },
  { method: 'PATCH', template: one, scope: 'api_keys.update', inSubuser: true, handle: rename },
  { method: 'PUT', template: one, scope: 'api_keys.update', inSubuser: true, handle: replace },
  { method: 'DELETE', template: one, scope: 'api_keys.delete', inSubuser: true, handle: remove },
];

const shown = ({ id, name }: ApiKey) => ({ api_key_id: id, name });

function list({ realm }: Call) {
  return ok({ result: [...realm.apiKeys.values()].filter(({ isRevoked }) => !isRevoked).map(shown) });
}

function keyOf({ realm, names }: Call): ApiKey {
  const key = realm.apiKeys.get(names[0] ?? '');
  if (key && !key.isRevoked) return key;
  throw new ApiError(404, 'unable to find API Key', 'api_key_id');
}

/** A key holds at most what the key that makes it holds, and billing scopes never beside others (`§8`). */
function checkScopes({ key }: Call, scopes: readonly string[]): void {
  const billing = scopes.filter((scope) => scope.startsWith('billing.'));
  const isMixed = billing.length > 0 && billing.length < scopes.length;
  if (isMixed || scopes.some((scope) => !key.scopes.includes(scope))) {
    throw new ApiError(400, 'one or more of given scopes are invalid', 'scopes');
  }
}

function create(call: Call) {
  const { account, realm, body } = call;
  const name = requiredText(body, 'name');
  if (realm.apiKeys.size >= mostKeys) throw forbidden();
  const scopes = optionalScopes(body) ?? fullAccessScopes(account, call.subuser);
  checkScopes(call, scopes);
  const key = addApiKey(account, realm, name, scopes);
  return { status: 201, body: { api_key: key.secret, api_key_id: key.id, name, scopes } };
}

function read(call: Call) {
  const key = keyOf(call);
  return ok({ ...shown(key), scopes: key.scopes });
}

function rename(call: Call) {
  const key = keyOf(call);
  key.name = requiredText(call.body, 'name');
  return ok(shown(key));
}

/** The answer leaves the scopes out although the description shows them (`§8`). */
function replace(call: Call) {
  const key = keyOf(call);
  const name = requiredText(call.body, 'name');
  const scopes = requiredScopes(call.body);
  checkScopes(call, scopes);
  key.name = name;
  key.scopes = [...scopes];
  return ok(shown(key));
}

function remove(call: Call) {
  keyOf(call).isRevoked = true;
  return noContent;
}
