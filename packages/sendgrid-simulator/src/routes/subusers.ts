import { addSubuser } from '../account.ts';
import { ApiError } from '../api-error.ts';
import { type Call, noContent, ok, optionalFlag, type Route, requiredText } from '../call.ts';
import { nextNumber } from '../identifiers.ts';
import type { Subuser } from '../model.ts';
import { largestPage, offsetAndLimit } from '../paging.ts';

const one = '/v3/subusers/{subuser_name}';

export const subuserRoutes: readonly Route[] = [
  { method: 'GET', template: '/v3/subusers', scope: 'subusers.read', inSubuser: false, handle: list },
  { method: 'POST', template: '/v3/subusers', scope: 'subusers.create', inSubuser: false, handle: create },
  { method: 'PATCH', template: one, scope: 'subusers.update', inSubuser: false, handle: enable },
  { method: 'DELETE', template: one, scope: 'subusers.delete', inSubuser: false, handle: remove },
  {
    method: 'PATCH',
    template: `${one}/website_access`,
    scope: 'subusers.update',
    inSubuser: false,
    handle: websiteAccess,
  },
];

/** No `Link` header here, and at most 500 at once (`sendgrid-api.md §7`). */
function list(call: Call) {
  const { account, query } = call;
  const { offset, limit } = offsetAndLimit(call, largestPage);
  const name = query.get('username');
  const region = query.get('region') ?? 'all';
  const withRegion = query.get('include_region') === 'true';
  const rows = [...account.subusers.values()]
    .filter(
      (subuser) => (name === null || subuser.username === name) && (region === 'all' || subuser.region === region),
    )
    .slice(offset, offset + limit);
  return ok(
    rows.map(({ id, username, email, disabled, region }) => ({
      id,
      username,
      email,
      disabled,
      ...(withRegion && { region }),
    })),
  );
}

function subuserOf({ account, names }: Call): Subuser {
  const subuser = account.subusers.get(names[0] ?? '');
  if (subuser) return subuser;
  throw new ApiError(400, 'invalid username', 'username');
}

function create(call: Call) {
  const { account, body } = call;
  const username = requiredText(body, 'username');
  const email = requiredText(body, 'email');
  requiredText(body, 'password');
  if (!Array.isArray(body.ips) || body.ips.length === 0) {
    throw new ApiError(400, 'unable to validate IPs at this time', 'ips');
  }
  if (account.subusers.has(username)) throw new ApiError(400, 'username exists', 'username');
  const region = body.region === 'eu' ? 'eu' : 'global';
  const { id } = addSubuser(account, { id: 500_000 + nextNumber(account), username, email, region });
  return ok({
    username,
    user_id: id,
    email,
    credit_allocation: { type: 'unlimited' },
    ...(body.include_region === true && { region }),
  });
}

function enable(call: Call) {
  const subuser = subuserOf(call);
  const disabled = optionalFlag(call.body, 'disabled');
  if (disabled === undefined) throw new ApiError(400, 'no fields provided');
  subuser.disabled = disabled;
  return noContent;
}

function websiteAccess(call: Call) {
  const subuser = subuserOf(call);
  const disabled = optionalFlag(call.body, 'disabled');
  if (disabled === undefined) throw new ApiError(400, 'no fields provided');
  subuser.isWebsiteAccessOff = disabled;
  return noContent;
}

function remove(call: Call) {
  const { id, username } = subuserOf(call);
  call.account.subusers.delete(username);
  for (const teammate of call.account.teammates.values()) teammate.access.delete(id);
  return noContent;
}
