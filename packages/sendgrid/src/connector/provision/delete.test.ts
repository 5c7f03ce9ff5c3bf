import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type ChangeRequest, findAnnotation, resourceId } from '@baton-ts/connector-sdk';
import { ResourceDoesNotExistSchema, type ResourceId } from '@baton-ts/protocol/connector-v2';
import { type Simulator, type SimulatorOptions, startSimulator } from 'sendgrid-simulator';
import { DryRun, openForChanges } from '../../testing/open-for-changes.ts';

interface Options {
  readonly account?: SimulatorOptions;
  readonly key?: keyof Simulator['keys'];
  readonly allowLastAdmin?: boolean;
}

const owner = 'northwind';
const ann = 'chiara.bellini@northwind.example.com';
const admins = ['anders.holm@northwind.example.com', 'rosalind.chen@northwind.example.com'];
/** The subuser that has teammates of its own. */
const trailhead = { id: '481203', username: 'trailhead' };

/** The simulated company, and a way to ask for deletions. */
async function stage(t: TestContext, { account, key = 'full', allowLastAdmin = false }: Options = {}) {
  const simulator = await startSimulator({ rateLimitPerMinute: 0, ...account });
  t.after(() => simulator.close());
  const { control } = simulator;
  const opened = openForChanges(
    t,
    { url: simulator.url, apiKey: simulator.keys[key] },
    { 'allow-last-admin': allowLastAdmin },
  );
  const remove = async (type: string, id: string, parent?: ResourceId, request: ChangeRequest = opened.request) => {
    const part = opened.connector.resourceTypes.find((one) => one.type.id === type);
    const outcome = await part?.delete?.({ ...request, id: resourceId(type, id), parent });
    assert.ok(outcome);
    const { annotations = [], notes = [] } = outcome;
    return { wasGone: findAnnotation(annotations, ResourceDoesNotExistSchema) !== undefined, notes: notes.join(' ') };
  };
  const log = () => control.requests().log;
  const writes = () =>
    log()
      .filter(({ method }) => method !== 'GET')
      .map(
        ({ path, status, onBehalfOf }) => `${decodeURIComponent(path)} ${status}${onBehalfOf && ` as ${onBehalfOf}`}`,
      );
  /** Refused, and nothing was sent. */
  const refuses = async (doing: Promise<unknown>, code: number, message: RegExp) => {
    await assert.rejects(doing, { code, message });
    assert.deepEqual(writes(), []);
  };
  return { ...opened, control, account: control.account, remove, refuses, writes, log };
}

const pathOf = (type: 'teammate' | 'teammate_invitation' | 'api_key', id: string) =>
  ({
    teammate: `/v3/teammates/${encodeURIComponent(id)}`,
    teammate_invitation: `/v3/teammates/pending/${id}`,
    api_key: `/v3/api_keys/${id}`,
  })[type];

const keyIds = (account: Simulator['control']['account']) =>
  [...account.apiKeys.values()].filter((key) => !key.isRevoked);

test('a teammate is deleted and read again, and which API keys stay is said', async (t) => {
  const { remove, account, writes, announced, control } = await stage(t);
  const held = control.scopesOf(ann);
  const { wasGone, notes } = await remove('teammate', ann);
  assert.equal(wasGone, false);
  assert.equal(account.teammates.has(ann), false);
  assert.deepEqual(writes(), [`/v3/teammates/${ann} 204`]);
  assert.match(notes, /^API keys that the teammate ".+" made keep working.*The account has "/);
  for (const { name } of keyIds(account))
    assert.ok(notes.includes(JSON.stringify(name)) || /and \d+ more/.test(notes), name);
  assert.equal(announced[0]?.summary, `Delete the teammate "${ann}".`);
  assert.deepEqual(announced[0].before, held);
  assert.deepEqual(announced[0].after, []);
  // The person, whose key, what the key holds, the write, the person again, the keys.
  assert.equal(control.requests().total, 6);
});

test('a key that may not read API keys deletes all the same, and says where to look', async (t) => {
  const { remove, control, account } = await stage(t);
  control.addFault({ kind: 'status', method: 'GET', route: '/v3/api_keys', status: 403 });
  assert.match((await remove('teammate', ann)).notes, /keep working.*Look through them in SendGrid/);
  assert.equal(account.teammates.has(ann), false);
});

test('a teammate that is gone already is a success', async (t) => {
  const { remove, writes } = await stage(t);
  assert.equal((await remove('teammate', 'nobody@example.com')).wasGone, true);
  assert.deepEqual(writes(), []);
});

test('a teammate that vanishes before the write is a success', async (t) => {
  const { remove, control } = await stage(t);
  control.addFault({ kind: 'vanish', method: 'DELETE' });
  assert.equal((await remove('teammate', ann)).wasGone, true);
});

test('the owner is never deleted', async (t) => {
  const { remove, refuses } = await stage(t);
  await refuses(remove('teammate', owner), 9, /is the owner of the account/);
});

test('names that no call can be made about are refused', async (t) => {
  const { remove, refuses } = await stage(t, { account: { edgeNames: true } });
  for (const name of ['', '.', '..', 'pending', '\ud800']) {
    await refuses(remove('teammate', name), 3, /cannot be named in a call to SendGrid/);
  }
});

test('awkward names are deleted as they are spelt, and nobody else', async (t) => {
  const { remove, account } = await stage(t, { account: { edgeNames: true } });
  const deletable = () =>
    [...account.teammates.values()].filter(
      ({ isAdmin, username }) => !isAdmin && !['.', '..', 'pending'].includes(username),
    );
  const awkward = deletable().filter(({ username }) => /[^\w.@-]|[A-Z]/.test(username));
  assert.ok(awkward.length > 5);
  for (const { username } of awkward) {
    const before = account.teammates.size;
    assert.equal((await remove('teammate', username)).wasGone, false);
    assert.equal(account.teammates.has(username), false, username);
    assert.equal(account.teammates.size, before - 1, username);
  }
});

test('an admin is deleted while another stays', async (t) => {
  const { remove, account } = await stage(t);
  const { notes } = await remove('teammate', admins[0] ?? '');
  assert.equal(account.teammates.has(admins[0] ?? ''), false);
  assert.match(notes, /SendGrid does not say whose API key this is/);
});

test('the last admin besides the owner is deleted only when that is allowed', async (t) => {
  const account: SimulatorOptions = { teammates: 4, admins: 2 };
  const strict = await stage(t, { account });
  const last =
    [...strict.account.teammates.values()].find(({ isAdmin, isOwner }) => isAdmin && !isOwner)?.username ?? '';
  await strict.refuses(strict.remove('teammate', last), 9, /last admin besides the owner.*--allow-last-admin/);
  const lenient = await stage(t, { account, allowLastAdmin: true });
  await lenient.remove('teammate', last);
  assert.equal(lenient.account.teammates.has(last), false);
});

test('two admins that are deleted at once do not both go', async (t) => {
  const { remove, account } = await stage(t, { account: { teammates: 4, admins: 3 } });
  const both = [...account.teammates.values()].filter(({ isAdmin, isOwner }) => isAdmin && !isOwner);
  const ended = await Promise.allSettled(both.map(({ username }) => remove('teammate', username)));
  assert.deepEqual(ended.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

test('the teammate whom the API key belongs to is never deleted', async (t) => {
  for (const username of [ann, admins[0] ?? '']) {
    const { remove, refuses, control } = await stage(t);
    const body = JSON.stringify({ username, user_id: 1 });
    control.addFault({ kind: 'status', method: 'GET', route: '/v3/user/username', status: 200, body });
    await refuses(remove('teammate', username), 9, /The API key belongs to the teammate/);
  }
});

test('a teammate of a subuser is deleted on its behalf', async (t) => {
  const { remove, account, writes } = await stage(t);
  const parent = resourceId('subuser', trailhead.id);
  const { notes } = await remove('teammate', 'trailhead-ops', parent);
  assert.equal(account.subusers.get('trailhead')?.local.teammates.has('trailhead-ops'), false);
  assert.deepEqual(writes(), ['/v3/teammates/trailhead-ops 204 as trailhead']);
  assert.match(notes, /The subuser has/);
});

test('without its parent, a teammate of a subuser may be somebody else and is left alone', async (t) => {
  const { remove, refuses, account } = await stage(t);
  await refuses(
    remove('teammate', 'trailhead-ops'),
    9,
    /its subuser "trailhead" has one of that name. Nothing was deleted/,
  );
  assert.equal(account.subusers.get('trailhead')?.local.teammates.has('trailhead-ops'), true);
});

test('with very many subusers nobody claims that a teammate is gone from all of them', async (t) => {
  const { remove } = await stage(t, { account: { teammates: 3, subusers: 120 } });
  const { wasGone, notes } = await remove('teammate', 'somebody');
  assert.equal(wasGone, true);
  assert.match(notes, /Whether one of its 120 subusers has, was not looked for/);
});

test('the teammates of a subuser that is gone are gone with it', async (t) => {
  const { remove } = await stage(t);
  const { wasGone, notes } = await remove('teammate', 'trailhead-ops', resourceId('subuser', '1'));
  assert.equal(wasGone, true);
  assert.match(notes, /subuser 1 is gone/);
});

test('a parent that is no subuser is refused', async (t) => {
  const { remove, refuses } = await stage(t);
  await refuses(remove('teammate', ann, resourceId('role', 'admin')), 3, /not to the role "admin"/);
});

test('an invitation is withdrawn and read again', async (t) => {
  const { remove, account, announced } = await stage(t);
  const [invitation] = [...account.invitations.values()];
  assert.ok(invitation);
  const { wasGone } = await remove('teammate_invitation', invitation.token);
  assert.equal(wasGone, false);
  assert.equal(account.invitations.has(invitation.token), false);
  assert.equal(announced[0]?.summary, `Withdraw the invitation of "${invitation.email}".`);
  assert.ok(!JSON.stringify(announced).includes(invitation.token));
});

test('an invitation that is not pending is a success that says what may have happened', async (t) => {
  const { remove, account, control, writes } = await stage(t);
  const [invitation] = [...account.invitations.values()];
  control.accept(invitation?.token ?? '');
  const { wasGone, notes } = await remove('teammate_invitation', invitation?.token ?? '');
  assert.equal(wasGone, true);
  assert.match(notes, /withdrawn, or accepted.*remove the teammate/);
  assert.ok(!notes.includes(invitation?.token ?? '?'));
  assert.deepEqual(writes(), []);
});

test('an API key is deleted by its id', async (t) => {
  const { remove, account, announced } = await stage(t);
  const key = keyIds(account).find(({ name }) => name === 'Order mails');
  assert.ok(key);
  await remove('api_key', key.id);
  assert.equal(key.isRevoked, true);
  assert.equal(announced[0]?.summary, 'Delete the API key "Order mails".');
  assert.equal((await remove('api_key', key.id)).wasGone, true);
});

test('the API key that the connector uses is never deleted', async (t) => {
  const { remove, refuses, account } = await stage(t);
  const own = keyIds(account).find(({ name }) => name === 'Baton');
  await refuses(remove('api_key', own?.id ?? ''), 9, /The connector itself uses the API key "Baton"/);
});

for (const [type, scope] of [
  ['teammate', 'teammates.delete'],
  ['teammate_invitation', 'teammates.delete'],
  ['api_key', 'api_keys.delete'],
] as const) {
  const idOf = (account: Simulator['control']['account']) =>
    ({
      teammate: ann,
      teammate_invitation: [...account.invitations.keys()][0] ?? '',
      api_key: keyIds(account).find(({ name }) => name === 'Order mails')?.id ?? '',
    })[type];

  test(`${type}: a key without the right is named before the attempt`, async (t) => {
    const { remove, refuses, account } = await stage(t, { key: 'readOnly' });
    await refuses(remove(type, idOf(account)), 7, new RegExp(`it lacks ${scope}`));
  });

  test(`${type}: a dry run tells what would be sent and sends nothing`, async (t) => {
    const { remove, dryRun, writes, announced, account } = await stage(t);
    await assert.rejects(remove(type, idOf(account), undefined, dryRun), DryRun);
    assert.deepEqual([announced.length, announced[0]?.requests[0]?.method, writes()], [1, 'DELETE', []]);
  });

  test(`${type}: a lost answer is followed by a read that finds out`, async (t) => {
    const { remove, control, account, writes } = await stage(t);
    control.addFault({ kind: 'reset-after', method: 'DELETE' });
    const { wasGone, notes } = await remove(type, idOf(account));
    assert.equal(wasGone, false);
    assert.match(notes, /answer was lost; a read shows that the change was made/);
    assert.equal(writes().length, 1);
  });

  test(`${type}: a request that was lost is told, with nothing changed`, async (t) => {
    const { remove, control, account, writes } = await stage(t);
    control.addFault({ kind: 'reset-before', method: 'DELETE' });
    await assert.rejects(remove(type, idOf(account)), {
      retryable: true,
      message: /A read shows that nothing has changed/,
    });
    assert.equal(writes().length, 1);
  });

  test(`${type}: an answer that says done is no proof`, async (t) => {
    const { remove, control, account } = await stage(t);
    control.addFault({ kind: 'status', method: 'DELETE', status: 204 });
    await assert.rejects(remove(type, idOf(account)), { code: 10, message: /a read shows that it is there still/ });
  });

  test(`${type}: when the read afterwards fails, nobody claims to know`, async (t) => {
    const { remove, control, account } = await stage(t);
    const route = {
      teammate: '/v3/teammates/{username}',
      teammate_invitation: '/v3/teammates/pending',
      api_key: '/v3/api_keys/{api_key_id}',
    }[type];
    control.addFault({ kind: 'status', method: 'GET', route, status: 403, after: 1 });
    await assert.rejects(remove(type, idOf(account)), { message: /whether it did cannot be read/ });
  });

  for (const [status, code] of [
    [400, 3],
    [401, 16],
    [403, 7],
    [409, 10],
    [500, 14],
  ] as const) {
    test(`${type}: ${status} is told in a sentence without a secret`, async (t) => {
      const { remove, control, account } = await stage(t);
      const id = idOf(account);
      control.addFault({ kind: 'status', method: 'DELETE', status });
      await assert.rejects(remove(type, id), (error) => {
        assert.ok(error instanceof Error && 'code' in error);
        assert.equal(error.code, code, error.message);
        if (type === 'teammate_invitation') assert.ok(!error.message.includes(id));
        return true;
      });
    });
  }

  test(`${type}: a proxy's page for a wrong address is no proof that it is gone`, async (t) => {
    const html = { kind: 'status', status: 404, body: '<h1>Not Found</h1>', times: 'forever' } as const;
    for (const method of ['GET', 'DELETE']) {
      const { remove, control, account } = await stage(t);
      const id = idOf(account);
      const isList = type === 'teammate_invitation' && method === 'GET';
      control.addFault({ ...html, method, path: isList ? '/v3/teammates/pending' : pathOf(type, id) });
      await assert.rejects(remove(type, id), { message: /404/ });
    }
  });

  test(`${type}: 404 is a success`, async (t) => {
    const { remove, control, account, writes } = await stage(t);
    control.addFault({ kind: 'status', method: 'DELETE', status: 404 });
    assert.equal((await remove(type, idOf(account))).wasGone, true);
    assert.equal(writes().length, 1);
  });
}

test('a deletion that a limit holds back is sent again', async (t) => {
  const { remove, control, writes } = await stage(t, { account: { windowMs: 1000 } });
  control.addFault({ kind: 'status', method: 'DELETE', status: 429 });
  await remove('teammate', ann);
  assert.deepEqual(writes(), [`/v3/teammates/${ann} 429`, `/v3/teammates/${ann} 204`]);
});
