import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { AccountInfoSchema } from '@baton-ts/protocol/connector-v2';
import { create, type JsonObject } from '@bufbuild/protobuf';
import { type Simulator, type SimulatorOptions, startSimulator } from 'sendgrid-simulator';
import { DryRun, openForChanges } from '../../testing/open-for-changes.ts';

const dayMs = 24 * 60 * 60 * 1000;
const guest = 'guest@example.com';
const small: SimulatorOptions = { teammates: 4, admins: 2, subusers: 2 };

/** A simulated account, and a way to ask for a new one in it. */
async function stage(t: TestContext, options: SimulatorOptions = small, key: keyof Simulator['keys'] = 'full') {
  const simulator = await startSimulator({ rateLimitPerMinute: 0, ...options });
  t.after(() => simulator.close());
  const { control } = simulator;
  const opened = openForChanges(t, { url: simulator.url, apiKey: simulator.keys[key] });
  const part = opened.connector.resourceTypes.find(({ accounts }) => accounts);
  const ask = (profile: JsonObject, { email = guest, login = '', request = opened.request } = {}) => {
    const emails = email === '' ? [] : [{ address: email, isPrimary: true }];
    const account = create(AccountInfoSchema, { emails, login, profile });
    assert.ok(part?.accounts);
    return part.accounts.create({ ...request, account, credentials: { kind: 'no-password' } });
  };
  const writes = () =>
    control
      .requests()
      .log.filter(({ method }) => method !== 'GET')
      .map(({ method, path, status }) => `${method} ${path} ${status}`);
  const invited = () => [...control.account.invitations.values()];
  /** Refused, and nothing was sent. */
  const refuses = async (profile: JsonObject, says: RegExp, code = 3, of: Parameters<typeof ask>[1] = {}) => {
    await assert.rejects(ask(profile, of), (error) => {
      assert.ok(error instanceof Error && 'code' in error);
      assert.match(error.message, says);
      assert.equal(error.code, code, error.message);
      return true;
    });
    assert.deepEqual(writes(), []);
  };
  return { ...opened, simulator, control, account: control.account, part, ask, refuses, writes, invited };
}

const sso = { is_sso: true, first_name: 'Gus', last_name: 'Guest' };

test('somebody is invited with the least scope when nothing else is asked for', async (t) => {
  const { ask, invited, writes, announced } = await stage(t);
  const { result, resource, invitationExpiresAt, notes } = await ask({});
  const [invitation] = invited();
  assert.deepEqual([invitation?.email, invitation?.scopes, invitation?.isAdmin], [guest, ['user.profile.read'], false]);
  assert.equal(result, 'created');
  assert.deepEqual([resource?.id?.resourceType, resource?.id?.resource], ['teammate_invitation', invitation?.token]);
  assert.equal(invitationExpiresAt?.getTime(), Math.floor((invitation?.expiresAtMs ?? 0) / 1000) * 1000);
  assert.deepEqual(notes, []);
  assert.deepEqual(writes(), ['POST /v3/teammates 201']);
  assert.deepEqual(announced, [
    {
      summary: 'Invite "guest@example.com".',
      requests: [
        {
          method: 'POST',
          path: '/v3/teammates',
          body: { email: guest, scopes: ['user.profile.read'], is_admin: false },
        },
      ],
      before: [],
      after: ['user.profile.read'],
    },
  ]);
});

test('an invitation takes six requests: the key, both lists, the write, both lists again', async (t) => {
  const { ask, control } = await stage(t);
  await ask({});
  assert.equal(control.requests().total, 6);
});

test('scopes may be a list or a text with commas, each counts once', async (t) => {
  for (const scopes of [['mail.send', ' stats.read', 'mail.send'], 'mail.send, stats.read,']) {
    const { ask, invited } = await stage(t);
    await ask({ scopes });
    assert.deepEqual(invited()[0]?.scopes, ['mail.send', 'stats.read']);
  }
});

test('an admin is invited without scopes, which is said when there were some', async (t) => {
  const { ask, invited } = await stage(t);
  const { notes } = await ask({ is_admin: true, scopes: ['mail.send'] });
  assert.deepEqual([invited()[0]?.isAdmin, invited()[0]?.scopes], [true, []]);
  assert.match(String(notes), /scopes in the request were left out: an admin may do everything/);
});

test('the address is the primary one, else the login, else the profile’s', async (t) => {
  const { part, request, invited } = await stage(t);
  const emails = [{ address: 'second@example.com' }, { address: 'first@example.com', isPrimary: true }];
  const accounts = [
    create(AccountInfoSchema, { emails, login: 'other@example.com' }),
    create(AccountInfoSchema, { login: 'login@example.com' }),
    create(AccountInfoSchema, { login: 'jane', profile: { email: 'profile@example.com' } }),
  ];
  for (const account of accounts) {
    await part?.accounts?.create({ ...request, account, credentials: { kind: 'no-password' } });
  }
  const addresses = invited().map(({ email }) => email);
  assert.deepEqual(addresses, ['first@example.com', 'login@example.com', 'profile@example.com']);
});

test('awkward addresses are invited as they are', async (t) => {
  const { ask, invited } = await stage(t);
  const addresses = ['a+b@example.com', 'søren/år%25@example.com', 'O’Hara@Example.com'];
  for (const email of addresses) assert.equal((await ask({}, { email })).result, 'created');
  assert.deepEqual(
    invited().map(({ email }) => email),
    addresses,
  );
});

test('what is no e-mail address is refused', async (t) => {
  const { refuses } = await stage(t);
  for (const email of ['nobody', 'a@b', 'a b@example.com', `${'a'.repeat(250)}@example.com`]) {
    await refuses({}, /is not an e-mail address that SendGrid takes/, 3, { email });
  }
  await refuses({}, /needs an e-mail address/, 3, { email: '' });
});

test('two addresses for one person are refused', async (t) => {
  const { refuses } = await stage(t);
  await refuses({ email: 'other@example.com' }, /"guest@example.com" and its profile has "other@example.com"/);
});

test('a profile that means nothing is refused by the name of the field', async (t) => {
  const { refuses } = await stage(t);
  await refuses(
    { scope: ['mail.send'] },
    /a field that SendGrid accounts do not have: "scope". It may have: email, scopes/,
  );
  await refuses({ scopes: 7 }, /scopes must be a list of names/);
  await refuses({ scopes: ['mail.send', 7] }, /scopes must be a list of names/);
  await refuses({ is_admin: 'yes' }, /is_admin must be true or false/);
  await refuses({ ...sso, first_name: 7 }, /first_name must be text/);
  await refuses({ ...sso, subuser_access: '[{' }, /subuser_access must be a list of objects/);
});

test('answers that a form left empty are no answers', async (t) => {
  const { ask, invited } = await stage(t);
  const empty = { scopes: [], first_name: '', persona: null, subuser_access: '', has_restricted_subuser_access: false };
  await ask({ ...empty, login: 'guest', is_sso: 'false' });
  assert.deepEqual(invited()[0]?.scopes, ['user.profile.read']);
});

test('scopes that SendGrid assigns by itself are refused by name', async (t) => {
  const { refuses } = await stage(t);
  const scopes = ['mail.send', '2fa_required', 'user.profile.update', 'user.password.update'];
  await refuses({ scopes }, /does not take 2fa_required, user.profile.update, user.password.update for a new account/);
  await refuses({ ...sso, scopes: ['2fa_exempt'] }, /does not take 2fa_exempt/);
});

test('scopes that the key does not hold are refused by name', async (t) => {
  const { refuses } = await stage(t);
  await refuses({ scopes: ['mail.send', 'billing.read'] }, /API key does not hold billing.read/, 7);
});

test('a scope that this version does not know is asked for, with a note', async (t) => {
  const { ask, account, simulator, invited } = await stage(t, {});
  assert.ok(account.catalogue.includes('ai_assist.read') && simulator);
  const { notes } = await ask({ scopes: ['ai_assist.read'] });
  assert.match(String(notes), /does not know ai_assist.read; asked for as written/);
  assert.ok(invited().some(({ scopes }) => scopes.includes('ai_assist.read')));
});

test('a scope that nobody knows is refused by SendGrid, in its words', async (t) => {
  const { ask, invited } = await stage(t);
  await assert.rejects(ask({ scopes: ['no.such.scope'] }), { code: 3, message: /invalid or unassignable scopes/ });
  assert.deepEqual(invited(), []);
});

test('a key without the right is named before the attempt', async (t) => {
  const { refuses } = await stage(t, small, 'readOnly');
  await refuses({}, /lacks teammates.create/, 7);
  await refuses(sso, /lacks sso.teammates.create/, 7);
});

test('a teammate with that address is there already, whatever its case', async (t) => {
  const { ask, account, writes } = await stage(t);
  const known = [...account.teammates.values()].find(({ isOwner }) => !isOwner);
  assert.ok(known);
  const { result, resource, notes } = await ask({}, { email: known.email.toUpperCase() });
  assert.deepEqual([result, resource?.id?.resource], ['already-exists', known.username]);
  assert.match(String(notes), /is there already; nothing was changed/);
  assert.deepEqual(writes(), []);
});

test('a teammate on the last of several pages is found', async (t) => {
  const { ask, account } = await stage(t, { teammates: 620 });
  const last = [...account.teammates.values()].at(-1);
  assert.equal((await ask({}, { email: last?.email ?? '' })).result, 'already-exists');
});

test('a pending invitation is answered with, and what it lacks is said', async (t) => {
  const { ask, writes } = await stage(t);
  const first = await ask({});
  const { result, resource, invitationExpiresAt, notes } = await ask(
    { scopes: ['mail.send'] },
    { email: 'Guest@Example.com' },
  );
  assert.deepEqual([result, resource?.id?.resource], ['already-exists', first.resource?.id?.resource]);
  assert.deepEqual(invitationExpiresAt, first.invitationExpiresAt);
  assert.match(String(notes), /invited already; nothing was changed.*lacks mail.send.*withdraw it and invite again/);
  assert.deepEqual((await ask({})).notes, ['"guest@example.com" is invited already; nothing was changed.']);
  assert.equal(writes().length, 1);
});

test('an expired invitation is withdrawn and sent anew, announced as one change', async (t) => {
  const { ask, invited, announced, writes } = await stage(t);
  const old = (await ask({})).resource?.id?.resource ?? '';
  for (const invitation of invited()) invitation.expiresAtMs = Date.now() - dayMs;
  const { result, resource, invitationExpiresAt } = await ask({});
  assert.equal(result, 'created');
  assert.notEqual(resource?.id?.resource, old);
  assert.ok(invitationExpiresAt && invitationExpiresAt > new Date());
  assert.equal(invited().length, 1);
  assert.deepEqual(writes().slice(1), [`DELETE /v3/teammates/pending/${old} 204`, 'POST /v3/teammates 201']);
  assert.deepEqual(
    announced.slice(1).map(({ requests }) => requests.map(({ method, path }) => `${method} ${path}`)),
    [['DELETE /v3/teammates/pending/***', 'POST /v3/teammates']],
  );
  assert.ok(!JSON.stringify(announced).includes(old));
});

test('when the second of the two requests fails, it is said that nothing is pending', async (t) => {
  const { ask, invited, control } = await stage(t);
  const old = (await ask({})).resource?.id?.resource ?? '';
  for (const invitation of invited()) invitation.expiresAtMs = Date.now() - dayMs;
  control.addFault({ kind: 'status', method: 'POST', status: 403 });
  await assert.rejects(ask({}), (error) => {
    assert.ok(error instanceof Error);
    assert.match(
      error.message,
      /expired invitation was withdrawn before that: nothing is pending for that address now/,
    );
    assert.ok(!error.message.includes(old));
    return true;
  });
  assert.deepEqual(invited(), []);
});

test('an expired invitation that cannot be withdrawn stays, and nothing is sent', async (t) => {
  const { ask, invited, control, writes } = await stage(t);
  await ask({});
  for (const invitation of invited()) invitation.expiresAtMs = Date.now() - dayMs;
  control.addFault({ kind: 'status', method: 'DELETE', status: 403 });
  await assert.rejects(ask({}), { code: 7, message: /withdraw the invitation of "guest@example.com"/ });
  assert.equal(writes().filter((write) => write.startsWith('POST')).length, 1);
});

test('a dry run tells what would be sent and sends nothing', async (t) => {
  const { ask, dryRun, announced, writes } = await stage(t);
  for (const profile of [{}, sso, { is_admin: true }]) {
    await assert.rejects(ask(profile, { request: dryRun }), DryRun);
  }
  assert.equal(announced.length, 3);
  assert.deepEqual(writes(), []);
});

const lost = [
  ['a connection that broke', { kind: 'reset-after', method: 'POST' }],
  ['too many requests', { kind: 'status', method: 'POST', status: 429, done: true }],
  ['a server error', { kind: 'status', method: 'POST', status: 500, done: true }],
  ['a page of a proxy', { kind: 'html', method: 'POST' }],
] as const;

for (const [what, fault] of lost) {
  test(`an invitation whose answer was lost is found by a read: ${what}`, async (t) => {
    const { ask, control, invited, writes } = await stage(t);
    control.addFault(fault);
    const { result, resource, notes } = await ask({});
    assert.deepEqual([result, resource?.id?.resource], ['created', invited()[0]?.token]);
    assert.match(String(notes), /answer was lost; a read shows that the change was made/);
    assert.equal(writes().length, 1);
  });

  test(`an SSO teammate whose answer was lost is found by a read: ${what}`, async (t) => {
    const { ask, control, account, writes } = await stage(t);
    control.addFault(fault);
    const { result, resource } = await ask(sso);
    assert.deepEqual([result, resource?.id?.resource], ['created', guest]);
    assert.ok(account.teammates.has(guest));
    assert.equal(writes().length, 1);
  });
}

for (const fault of [
  { kind: 'reset-before', method: 'POST' },
  { kind: 'status', method: 'POST', status: 429 },
  { kind: 'status', method: 'POST', status: 500 },
] as const) {
  test(`an invitation that was not sent is never repeated, and it is said: ${JSON.stringify(fault)}`, async (t) => {
    const { ask, control, invited, writes } = await stage(t);
    control.addFault(fault);
    await assert.rejects(ask({}), { retryable: true, message: /SendGrid.*A read shows that nothing has changed/ });
    assert.deepEqual([invited().length, writes().length], [0, 1]);
  });
}

test('when the look afterwards fails as well, nobody claims to know', async (t) => {
  const { ask, control } = await stage(t);
  control.addFault({ kind: 'reset-after', method: 'POST' });
  control.addFault({ kind: 'status', method: 'GET', route: '/v3/teammates/pending', status: 403, after: 1 });
  await assert.rejects(ask({}), { retryable: false, message: /whether it did cannot be read.*Sync again to see/ });
});

test('an answer that nobody wrote down is no proof', async (t) => {
  const { ask, control } = await stage(t);
  const body = JSON.stringify({ token: 'x', email: guest, scopes: [], is_admin: false });
  control.addFault({ kind: 'status', method: 'POST', status: 201, body });
  await assert.rejects(ask({}), { code: 13, message: /does not list the invitation/ });
});

test('somebody who was faster has made the invitation', async (t) => {
  const { ask, invited } = await stage(t);
  const answers = await Promise.all([ask({}), ask({}), ask({})]);
  assert.deepEqual(answers.map(({ result }) => result).sort(), ['already-exists', 'already-exists', 'created']);
  assert.equal(invited().length, 1);
});

for (const [status, code] of [
  [401, 16],
  [403, 7],
  [404, 5],
  [409, 6],
] as const) {
  test(`an invitation that SendGrid answers with ${status} is refused with a sentence`, async (t) => {
    const { ask, control, writes } = await stage(t);
    control.addFault({ kind: 'status', method: 'POST', status });
    await assert.rejects(ask({}), (error) => {
      assert.ok(error instanceof Error && 'code' in error);
      assert.equal(error.code, code);
      assert.match(error.message, /invite "guest@example.com"|the account "guest@example.com"/);
      return true;
    });
    assert.equal(writes().length, 1);
  });
}

test('a plan without room for another teammate is named', async (t) => {
  const { ask } = await stage(t, { plan: 'free' });
  await assert.rejects(ask({}), {
    code: 9,
    message: /teammate limit of your plan is reached.*Free and Essentials have one/,
  });
});

test('an SSO teammate is there at once', async (t) => {
  const { ask, account, announced } = await stage(t);
  const { result, resource, invitationExpiresAt } = await ask({ ...sso, scopes: ['mail.send'] });
  const made = account.teammates.get(guest);
  assert.deepEqual([made?.isSso, made?.firstName, made?.lastName, made?.scopes], [true, 'Gus', 'Guest', ['mail.send']]);
  assert.deepEqual(
    [result, resource?.id?.resourceType, resource?.id?.resource, resource?.displayName, invitationExpiresAt],
    ['created', 'teammate', guest, 'Gus Guest', undefined],
  );
  assert.deepEqual(announced[0]?.requests[0]?.body, {
    email: guest,
    first_name: 'Gus',
    last_name: 'Guest',
    scopes: ['mail.send'],
  });
});

test('an SSO admin and an SSO teammate with a persona are made without scopes', async (t) => {
  const { ask, account } = await stage(t);
  await ask({ ...sso, is_admin: true });
  assert.equal(account.teammates.get(guest)?.isAdmin, true);
  await ask({ ...sso, persona: 'developer' }, { email: 'dev@example.com' });
  assert.ok(account.teammates.get('dev@example.com')?.scopes.includes('messages.read'));
});

test('a restricted SSO teammate may act in the named subusers only', async (t) => {
  const { ask, account, announced } = await stage(t);
  const [first, second] = [...account.subusers.values()];
  assert.ok(first && second);
  const subuser_access = [
    { username: first.username, permission_type: 'admin' },
    { id: second.id, permission_type: 'restricted', scopes: ['stats.read', 'mail.send'] },
  ];
  const profile = { ...sso, has_restricted_subuser_access: true, subuser_access: JSON.stringify(subuser_access) };
  const { result } = await ask(profile);
  const made = account.teammates.get(guest);
  assert.deepEqual([result, made?.isRestricted, made?.access.size], ['created', true, 2]);
  assert.deepEqual(made?.access.get(second.id), { permissionType: 'restricted', scopes: ['stats.read', 'mail.send'] });
  assert.deepEqual(announced[0]?.after, [
    `admin of "${first.username}"`,
    `restricted of "${second.username}" with stats.read, mail.send`,
  ]);
});

test('subuser access that SendGrid drops without a word is told, with what the person may do now', async (t) => {
  const { ask, account } = await stage(t);
  const [first] = [...account.subusers.values()];
  const entry = { id: first?.id ?? 0, permission_type: 'restricted', scopes: ['brand.new'] };
  await assert.rejects(ask({ ...sso, has_restricted_subuser_access: true, subuser_access: [entry] }), (error) => {
    assert.ok(error instanceof Error && 'code' in error);
    assert.equal(error.code, 13);
    assert.match(error.message, /created the SSO teammate "guest@example.com", but not as asked/);
    assert.match(error.message, /not restricted to subusers, so it may act in the account itself/);
    assert.match(error.message, /lacks restricted of ".+" with brand.new/);
    assert.match(error.message, /It holds now: .*user.profile.read/);
    return true;
  });
});

test('what excludes each other is refused', async (t) => {
  const { refuses, account } = await stage(t);
  const [first, second] = [...account.subusers.values()];
  assert.ok(first && second);
  const { username, id } = first;
  const entry = { username, permission_type: 'admin' };
  const restricted = { ...sso, has_restricted_subuser_access: true };
  const one = { ...restricted, subuser_access: [entry] };
  await refuses({ ...sso, persona: 'developer', scopes: ['mail.send'] }, /only one of scopes, persona/);
  await refuses({ ...sso, persona: 'developer', is_admin: true }, /only one of is_admin, persona/);
  await refuses({ ...sso, persona: 'king' }, /persona must be one of accountant, developer, marketer, observer/);
  await refuses({ ...one, scopes: ['mail.send'] }, /only one of scopes, has_restricted_subuser_access/);
  await refuses({ ...one, is_admin: true }, /only one of is_admin, has_restricted_subuser_access/);
  await refuses({ ...one, persona: 'observer' }, /only one of persona, has_restricted_subuser_access/);
  await refuses(restricted, /needs at least one subuser/);
  await refuses({ ...sso, subuser_access: [entry] }, /counts only with has_restricted_subuser_access/);
  const access = (...entries: JsonObject[]) => ({ ...restricted, subuser_access: entries });
  await refuses(access({ ...entry, scopes: ['mail.send'] }), /entry 1: an admin of a subuser may do everything there/);
  await refuses(access({ ...entry, permission_type: 'boss' }), /permission_type must be admin or restricted/);
  await refuses(access({ permission_type: 'admin' }), /entry 1 names no subuser/);
  await refuses(access({ id: 'x', permission_type: 'admin' }), /id must be the subuser's number/);
  await refuses(access({ ...entry, level: 1 }), /fields that are not known: "level"/);
  await refuses(access(entry, { id, permission_type: 'admin' }), /names the subuser ".+" more than once/);
  await refuses(access({ ...entry, username: 'nobody' }), /"nobody", which the account does not have/);
  await refuses(access({ ...entry, username: username.toUpperCase() }), /which the account does not have/);
  await refuses(access({ ...entry, id: second.id }), /gives the id .+ to the subuser/);
  await refuses(access({ id, permission_type: 'restricted', scopes: ['2fa_required'] }), /does not take 2fa_required/);
});

test('fields of single sign-on without it are refused', async (t) => {
  const { refuses } = await stage(t);
  await refuses(
    { first_name: 'Gus', persona: 'developer' },
    /takes first_name, persona for single sign-on teammates only/,
  );
  await refuses({ has_restricted_subuser_access: true }, /Set is_sso to true/);
  await refuses({ is_sso: true, first_name: 'Gus' }, /needs last_name/);
});

test('a single sign-on that the plan does not have is named', async (t) => {
  const { ask } = await stage(t, { plan: 'free' });
  await assert.rejects(ask(sso), { code: 7, message: /lacks sso.teammates.create/ });
});

test('a key that was given the right later is told to be made anew', async (t) => {
  const { ask, control } = await stage(t);
  control.addFault({ kind: 'status', method: 'POST', status: 403 });
  await assert.rejects(ask(sso), { code: 7, message: /although the API key holds the right.*a new key helps/ });
});

test('no text holds the token of an invitation', async (t) => {
  const { ask, announced, invited } = await stage(t);
  const texts: string[] = [];
  const outcome = await ask({});
  texts.push(...(outcome.notes ?? []), outcome.message ?? '');
  texts.push(...((await ask({ is_admin: true })).notes ?? []), JSON.stringify(announced));
  const token = invited()[0]?.token ?? '?';
  for (const text of texts) assert.ok(!text.includes(token), text);
});

test('the account schema describes every field in words', async (t) => {
  const { part } = await stage(t);
  const fields = Object.entries(part?.accounts?.schema.fieldMap ?? {});
  assert.deepEqual(
    fields.sort(([, a], [, b]) => a.order - b.order).map(([name, { field }]) => `${name}: ${field.case}`),
    [
      'email: stringField',
      'scopes: stringListField',
      'is_admin: boolField',
      'is_sso: boolField',
      'first_name: stringField',
      'last_name: stringField',
      'persona: stringField',
      'has_restricted_subuser_access: boolField',
      'subuser_access: stringField',
    ],
  );
  for (const [name, { displayName, description, required }] of fields) {
    assert.ok(displayName !== '' && description.endsWith('.'), name);
    assert.equal(required, name === 'email', name);
  }
});
