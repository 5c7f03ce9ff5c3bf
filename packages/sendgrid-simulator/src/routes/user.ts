import { type Call, ok, type Route } from '../call.ts';

export const userRoutes: readonly Route[] = [
  { method: 'GET', template: '/v3/user/username', scope: 'user.username.read', inSubuser: true, handle: username },
  { method: 'GET', template: '/v3/user/account', scope: 'user.account.read', inSubuser: true, handle: accountType },
  { method: 'GET', template: '/v3/user/profile', scope: 'user.profile.read', inSubuser: true, handle: profile },
];

function owner({ account }: Call) {
  return [...account.teammates.values()].find(({ isOwner }) => isOwner);
}

function username(call: Call) {
  const { account, subuser } = call;
  if (subuser) return ok({ username: subuser.username, user_id: subuser.id });
  return ok({ username: owner(call)?.username ?? '', user_id: account.userId });
}

function accountType({ account }: Call) {
  return ok({ type: account.plan === 'free' ? 'free' : 'paid', reputation: 99.7 });
}

function profile(call: Call) {
  const { firstName = '', lastName = '', city = '', country = '', phone = '' } = owner(call) ?? {};
  const unset = { address: '', address2: '', state: '', zip: '', website: '' };
  return ok({
    ...unset,
    city,
    country,
    phone,
    first_name: firstName,
    last_name: lastName,
    company: call.account.company,
  });
}
