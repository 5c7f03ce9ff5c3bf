import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ChangeRequest } from '@baton-ts/connector-sdk';
import { ActionType } from '@baton-ts/protocol/connector-v2';
import type { JsonObject } from '@bufbuild/protobuf';
import { type Simulator, type SimulatorOptions, startSimulator } from 'sendgrid-simulator';
import { DryRun, openForChanges } from '../../testing/open-for-changes.ts';

/** The simulated company, and a way to run its actions. */
async function stage(t: TestContext, account: SimulatorOptions = {}, key: keyof Simulator['keys'] = 'full') {
  const simulator = await startSimulator({ rateLimitPerMinute: 0, ...account });
  t.after(() => simulator.close());
  const { control } = simulator;
  const opened = openForChanges(t, { url: simulator.url, apiKey: simulator.keys[key] });
  const run = async (name: string, args: JsonObject, request: ChangeRequest = opened.request) => {
    const action = opened.connector.actions?.find(({ schema }) => schema.name === name);
    assert.ok(action);
    const { response, notes = [] } = await action.run({ ...request, args });
    return { response, notes: notes.join(' ') };
  };
  const writes = () =>
    control
      .requests()
      .log.filter(({ method }) => method !== 'GET')
      .map(({ method, route, status }) => `${method} ${route} ${status}`);
  return { ...opened, control, account: control.account, run, writes };
}

const trailhead = { id: '481203', username: 'trailhead' };
const outlet = { id: '377020', username: 'outlet@northwind.example.com' };

test('every action describes itself in words', async (t) => {
  const { connector } = await stage(t);
  const schemas = (connector.actions ?? []).map(({ schema }) => schema);
  assert.deepEqual(
    schemas.map(({ name, resourceTypeId, actionType }) => [name, resourceTypeId, ...actionType]),
    [
      ['resend_invitation', 'teammate_invitation', ActionType.DYNAMIC],
      ['disable_subuser', 'subuser', ActionType.RESOURCE_DISABLE],
      ['enable_subuser', 'subuser', ActionType.RESOURCE_ENABLE],
      ['set_subuser_website_access', 'subuser', ActionType.DYNAMIC],
    ],
  );
  for (const { displayName, description, arguments: args, returnTypes } of schemas) {
    assert.ok(displayName !== '' && description.endsWith('.'));
    for (const field of [...args, ...returnTypes]) {
      assert.ok(field.displayName !== '' && field.description.endsWith('.') && field.field.case, field.name);
    }
  }
});

test('an invitation is sent again by its address or its id, and its new expiry is read back', async (t) => {
  const { run, account, writes, announced } = await stage(t);
  const [first, second] = [...account.invitations.values()];
  assert.ok(first && second);
  second.expiresAtMs = Date.now() - 1000;
  const token = second.token;
  const asked: readonly (readonly [args: JsonObject, invitation: typeof first])[] = [
    [{ email: first.email.toUpperCase() }, first],
    [{ invitation_id: token }, second],
  ];
  for (const [args, invitation] of asked) {
    const { response, notes } = await run('resend_invitation', args);
    const expires = new Date(Math.floor(invitation.expiresAtMs / 1000) * 1000);
    assert.ok(expires.getTime() > Date.now() + 6 * 24 * 3_600_000);
    assert.deepEqual(response, { success: true, email: invitation.email, expires_at: expires.toISOString() });
    assert.equal(notes, '');
  }
  assert.deepEqual(writes(), Array(2).fill('POST /v3/teammates/pending/{token}/resend 200'));
  assert.ok(!JSON.stringify(announced).includes(token));
});

test('an invitation that is not pending is told apart from an accepted one', async (t) => {
  const { run, account, control, writes } = await stage(t);
  const [invitation] = [...account.invitations.values()];
  assert.ok(invitation);
  control.accept(invitation.token, { username: 'julia' });
  await assert.rejects(run('resend_invitation', { email: invitation.email }), {
    code: 5,
    message: /accepted: the teammate is "julia"/,
  });
  await assert.rejects(run('resend_invitation', { email: 'nobody@example.com' }), {
    code: 5,
    message: /withdrawn or never sent/,
  });
  await assert.rejects(run('resend_invitation', { invitation_id: invitation.token }), (error) => {
    assert.ok(error instanceof Error && !error.message.includes(invitation.token));
    return true;
  });
  assert.deepEqual(writes(), []);
});

test('an invitation whose answer was lost is looked up', async (t) => {
  const { run, account, control, writes } = await stage(t);
  const [invitation] = [...account.invitations.values()];
  assert.ok(invitation);
  const args = { email: invitation.email };
  control.addFault({ kind: 'reset-after', method: 'POST' });
  assert.match((await run('resend_invitation', args)).notes, /a read shows that the change was made/);
  invitation.expiresAtMs -= 3_600_000;
  control.addFault({ kind: 'reset-before', method: 'POST' });
  await assert.rejects(run('resend_invitation', args), { message: /A read shows that nothing has changed/ });
  assert.equal(writes().length, 2);
});

test('an invitation that was sent again and is still expired is no success', async (t) => {
  const { run, account, control } = await stage(t);
  const [invitation] = [...account.invitations.values()];
  assert.ok(invitation);
  invitation.expiresAtMs = Date.now() - 1000;
  control.addFault({ kind: 'status', method: 'POST', status: 200, body: '{}' });
  await assert.rejects(run('resend_invitation', { email: invitation.email }), {
    code: 13,
    message: /has expired still/,
  });
});

for (const [by, value] of Object.entries(trailhead)) {
  test(`a subuser is disabled and enabled again by its ${by}, and read back`, async (t) => {
    const { run, account, writes, announced } = await stage(t);
    const disabled = await run('disable_subuser', { [by]: value });
    assert.equal(account.subusers.get('trailhead')?.disabled, true);
    assert.deepEqual(disabled.response, { success: true, ...trailhead, disabled: true });
    const enabled = await run('enable_subuser', { [by]: value });
    assert.equal(account.subusers.get('trailhead')?.disabled, false);
    assert.deepEqual(enabled.response, { success: true, ...trailhead, disabled: false });
    assert.deepEqual(writes(), Array(2).fill('PATCH /v3/subusers/{subuser_name} 204'));
    assert.deepEqual([announced[0]?.before, announced[0]?.after], [['enabled'], ['disabled']]);
  });
}

test('a subuser that is disabled already is left alone', async (t) => {
  const { run, writes } = await stage(t);
  const { response, notes } = await run('disable_subuser', { username: outlet.username });
  assert.deepEqual(response, { success: true, ...outlet, disabled: true });
  assert.match(notes, /was disabled before; nothing was done/);
  assert.deepEqual(writes(), []);
});

test('website access is switched, and it is said that it cannot be read back', async (t) => {
  const { run, account } = await stage(t);
  for (const enabled of [false, true]) {
    const { response, notes } = await run('set_subuser_website_access', { username: 'trailhead', enabled });
    assert.equal(account.subusers.get('trailhead')?.isWebsiteAccessOff, !enabled);
    assert.deepEqual(response, { success: true, ...trailhead, enabled });
    assert.match(notes, /cannot be read back/);
  }
});

test('a subuser that does not exist is named, and case counts', async (t) => {
  const { run, writes } = await stage(t);
  await assert.rejects(run('disable_subuser', { username: 'Trailhead' }), {
    code: 5,
    message: /no subuser with the username "Trailhead"/,
  });
  await assert.rejects(run('disable_subuser', { id: '1' }), { code: 5, message: /no subuser with the id "1"/ });
  assert.deepEqual(writes(), []);
});

test('awkward names of subusers are changed as they are spelt', async (t) => {
  const { run, account } = await stage(t, { edgeNames: true });
  for (const subuser of [...account.subusers.values()].filter(({ username }) => !['.', '..'].includes(username))) {
    const name = subuser.disabled ? 'enable_subuser' : 'disable_subuser';
    const before = subuser.disabled;
    await run(name, { username: subuser.username });
    assert.equal(subuser.disabled, !before, subuser.username);
  }
});

test('a subuser beyond the first page is found', async (t) => {
  const { run, account } = await stage(t, { teammates: 2, subusers: 620 });
  const last = [...account.subusers.values()].at(-1);
  await run('disable_subuser', { id: String(last?.id) });
  assert.equal(last?.disabled, true);
});

const each: readonly (readonly [name: string, args: JsonObject, needs: string])[] = [
  ['resend_invitation', { email: 'julia.brandt@northwind.example.com' }, 'teammates.create'],
  ['disable_subuser', { username: 'trailhead' }, 'subusers.update'],
  ['enable_subuser', { username: outlet.username }, 'subusers.update'],
  ['set_subuser_website_access', { username: 'trailhead', enabled: false }, 'subusers.update'],
];

for (const [name, args, needs] of each) {
  test(`${name}: a key without the right is named before the attempt`, async (t) => {
    const { run, writes } = await stage(t, {}, 'readOnly');
    await assert.rejects(run(name, args), { code: 7, message: new RegExp(`it lacks ${needs}`) });
    assert.deepEqual(writes(), []);
  });

  test(`${name}: a dry run sends nothing`, async (t) => {
    const { run, dryRun, announced, writes } = await stage(t);
    await assert.rejects(run(name, args, dryRun), DryRun);
    assert.deepEqual([announced.length, writes()], [1, []]);
  });

  test(`${name}: a lost answer is never repeated`, async (t) => {
    const { run, control, writes } = await stage(t);
    control.addFault({ kind: 'reset-after', times: 'forever', method: 'POST' });
    control.addFault({ kind: 'reset-after', times: 'forever', method: 'PATCH' });
    const ended = run(name, args);
    if (name === 'set_subuser_website_access')
      await assert.rejects(ended, { message: /not known whether.*Do it again/ });
    else assert.match((await ended).notes, /a read shows that the change was made/);
    assert.equal(writes().length, 1);
  });

  for (const [status, code] of [
    [400, 3],
    [401, 16],
    [403, 7],
    [404, 5],
    [500, 14],
  ] as const) {
    test(`${name}: ${status} is told in a sentence`, async (t) => {
      const { run, control } = await stage(t);
      for (const method of ['POST', 'PATCH']) control.addFault({ kind: 'status', method, status });
      await assert.rejects(run(name, args), { code });
    });
  }
}
