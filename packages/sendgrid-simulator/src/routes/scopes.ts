import { ApiError } from '../api-error.ts';
import { type Call, noContent, ok, type Route } from '../call.ts';
import { pageOf } from '../paging.ts';
import { existsInSubuser } from '../scope-names.ts';

const requests = '/v3/scopes/requests';

export const scopeRoutes: readonly Route[] = [
  { method: 'GET', template: '/v3/scopes', scope: undefined, inSubuser: true, handle: ownScopes },
  { method: 'GET', template: requests, scope: 'teammates.read', inSubuser: false, handle: list },
  {
    method: 'PATCH',
    template: `${requests}/{request_id}/approve`,
    scope: 'teammates.update',
    inSubuser: false,
    handle: approve,
  },
  { method: 'DELETE', template: `${requests}/{request_id}`, scope: 'teammates.update', inSubuser: false, handle: deny },
];

function ownScopes({ key, subuser }: Call) {
  return ok({ scopes: subuser ? key.scopes.filter(existsInSubuser) : key.scopes });
}

function list(call: Call) {
  const { rows, link } = pageOf(call, requests, [...call.account.accessRequests.values()]);
  const body = rows.map(({ id, scopeGroupName, username }) => {
    const teammate = call.account.teammates.get(username);
    return {
      id,
      scope_group_name: scopeGroupName,
      username,
      email: teammate?.email ?? '',
      first_name: teammate?.firstName ?? '',
      last_name: teammate?.lastName ?? '',
    };
  });
  return { ...ok(body), link };
}

function requestOf({ account, names }: Call) {
  const request = account.accessRequests.get(Number(names[0]));
  if (request) return request;
  throw new ApiError(404, 'Cannot find request', 'request_id');
}

/** Gives the whole group. */
function approve(call: Call) {
  const { account } = call;
  const { id, username, scopes, scopeGroupName } = requestOf(call);
  const teammate = account.teammates.get(username);
  if (teammate && !teammate.isAdmin) teammate.scopes = [...new Set([...teammate.scopes, ...scopes])];
  account.accessRequests.delete(id);
  return ok({ scope_group_name: scopeGroupName });
}

function deny(call: Call) {
  call.account.accessRequests.delete(requestOf(call).id);
  return noContent;
}
