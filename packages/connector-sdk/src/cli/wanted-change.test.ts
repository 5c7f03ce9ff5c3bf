import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code } from '@baton-ts/protocol/errors';
import { refused as refusal } from '../provision/testing/refused.ts';
import { builtInFlags } from './built-in-flags.ts';
import { loadSettings } from './settings.ts';
import { type WantedChange, wantedChange } from './wanted-change.ts';

async function wanted(
  flags: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<WantedChange | undefined> {
  const { settings } = await loadSettings(builtInFlags, new Map(Object.entries(flags)), env);
  return wantedChange(settings);
}

async function refused(
  flags: Readonly<Record<string, string>>,
  says: RegExp,
  code: Code = Code.Unknown,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  await assert.rejects(wanted(flags, env), refusal(code, says));
}

const grant = { 'grant-entitlement': 'e', 'grant-principal': 'p', 'grant-principal-type': 't' };

test('without a change the run is a sync', async () => {
  assert.equal(await wanted({}), undefined);
  assert.equal(await wanted({ 'sync-resource-types': 'a' }), undefined);
});

test('a change may come from flags and variables together', async () => {
  assert.deepEqual(
    await wanted({ 'grant-entitlement': 'e' }, { BATON_GRANT_PRINCIPAL: 'p', BATON_GRANT_PRINCIPAL_TYPE: 't' }),
    { action: 'grant', entitlementId: 'e', principal: { resourceType: 't', resource: 'p' } },
  );
});

test('what lies within something is deleted by naming that too', async () => {
  const flags = { 'delete-resource': 'ann', 'delete-resource-type': 'teammate' };
  assert.deepEqual(await wanted({ ...flags, 'delete-resource-parent': 'subuser/47/11' }), {
    action: 'delete-resource',
    id: { resourceType: 'teammate', resource: 'ann' },
    parent: { resourceType: 'subuser', resource: '47/11' },
  });
  await refused(
    { ...flags, 'delete-resource-parent': 'subuser' },
    /^--delete-resource-parent is "subuser"; write it as type\/id$/,
  );
});

test('what a change needs, and what needs a change, is named', async () => {
  await refused(
    { 'grant-entitlement': 'e' },
    /^--grant-entitlement is set, which needs --grant-principal and --grant-p/,
  );
  await refused({ 'grant-principal': 'p' }, /^--grant-principal is set, which needs --grant-entitlement too$/);
  await refused({ 'delete-resource': 'x' }, /^--delete-resource is set, which needs --delete-resource-type too$/);
  await refused({ 'delete-resource-type': 't' }, /which needs --delete-resource too$/);
  await refused({ 'invoke-action-args': '{}' }, /which needs --invoke-action too$/);
  await refused({ 'list-action-schemas-resource-type': 't' }, /which needs --list-action-schemas too$/);
  await refused(
    { 'create-account-resource-type': 't' },
    /needs --create-account-login or --create-account-email or --create-account-profile too$/,
  );
});

test('two changes at once are refused, wherever they come from', async () => {
  await refused({ ...grant, 'revoke-grant': 'g' }, /^--grant-entitlement and --revoke-grant are set together/);
  await refused(
    { 'create-account-email': 'a@x.org' },
    /^BATON_REVOKE_GRANT and --create-account-email are set/,
    Code.Unknown,
    {
      BATON_REVOKE_GRANT: 'g',
    },
  );
});

test('an empty flag is refused, as a script makes one of an empty variable', async () => {
  await refused({ 'revoke-grant': '' }, /^--revoke-grant is set to nothing$/);
  await refused({ ...grant, 'grant-principal': '' }, /^--grant-principal is set to nothing$/);
});

test('what limits a sync is refused beside a change, unless it comes from the surroundings', async () => {
  const { settings } = await loadSettings(
    builtInFlags,
    new Map<string, string | string[]>([
      ['revoke-grant', 'g'],
      ['sync-resource-types', ['a']],
    ]),
    {},
  );
  assert.throws(() => wantedChange(settings), /--sync-resource-types limits a sync/);
  assert.equal((await wanted({ 'revoke-grant': 'g' }, { BATON_SYNC_RESOURCE_TYPES: 'a' }))?.action, 'revoke');
});

test('login and e-mail are part of the profile, unless it has its own', async () => {
  const account = await wanted({
    'create-account-login': 'ann',
    'create-account-email': 'ann@x.org',
    'create-account-profile': '{"login":"other","team":["a"]}',
  });
  assert.deepEqual(account, {
    action: 'create-account',
    login: 'ann',
    email: 'ann@x.org',
    profile: { login: 'other', email: 'ann@x.org', team: ['a'] },
    resourceTypeId: '',
  });
  const fromProfile = await wanted({ 'create-account-profile': '{"email":"lee@x.org"}' });
  assert.ok(fromProfile?.action === 'create-account' && fromProfile.email === 'lee@x.org');
});

test('a profile or arguments that are not a JSON object are refused with the place', async () => {
  const profile = (text: string, says: RegExp) =>
    refused({ 'create-account-profile': text }, says, Code.InvalidArgument);
  await profile('{"email": "a@x.org" "x":1}', /goes wrong at character 21, after \{"email": "a@x\.org" \. Write it/);
  await profile('{"email"', /^--create-account-profile is not JSON: it/);
  await profile('[1]', /^--create-account-profile is JSON, but no object/);
  await refused({ 'invoke-action': 'a', 'invoke-action-args': '{x' }, /-args is not JSON/, Code.InvalidArgument);
});

test('credentials cannot be rotated, and the message says so', async () => {
  await refused(
    { 'rotate-credentials': 'x', 'rotate-credentials-type': 't' },
    /cannot rotate credentials/,
    Code.Unimplemented,
  );
});
