import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openC1zReader } from '@baton-ts/c1z';
import { type Simulator, type SimulatorOptions, startSimulator } from 'sendgrid-simulator';
import { grantsIn, placeOf, resourcesIn } from '../testing/file-content.ts';
import { syncIntoFile } from '../testing/sync-into-file.ts';

type Account = Simulator['control']['account'];
type Subuser = Account['subusers'] extends ReadonlyMap<string, infer One> ? One : never;
type Flags = { readonly ignoreSubusers?: boolean; readonly syncApiKeys?: boolean };

/** Names of which nothing can be asked: their scopes are left out with a warning. */
const unreadable = new Set(['.', '..', 'pending']);

/** Syncs a simulated account and gives what the file says, and what it ought to say by the account behind the answers. */
async function compare(t: TestContext, options: SimulatorOptions, flags: Flags = {}) {
  const simulator = await startSimulator({ rateLimitPerMinute: 0, ...options });
  t.after(() => simulator.close());
  const { path } = await syncIntoFile(t, simulator, {
    'ignore-subusers': flags.ignoreSubusers ?? false,
    'sync-api-keys': flags.syncApiKeys ?? false,
  });
  const file = await openC1zReader(path);
  t.after(() => file.close());
  const reader = file.reader();
  assert.ok(reader);
  const { account } = simulator.control;
  return {
    said: { resources: resourcesIn(reader).map(placeOf).sort(), grants: grantsIn(reader) },
    meant: { resources: resourcesOf(account, flags), grants: await grantsOf(simulator, flags) },
  };
}

/** Everybody and everything but scopes and roles, as `type/id under parent`. */
function resourcesOf(account: Account, { ignoreSubusers, syncApiKeys }: Flags): string[] {
  const subusers = ignoreSubusers ? [] : [...account.subusers.values()];
  const keys = syncApiKeys ? [...account.apiKeys.values()].filter(({ isRevoked }) => !isRevoked) : [];
  return [
    ...[...account.teammates.keys()].map((username) => `teammate/${username} under `),
    ...[...account.invitations.keys()].map((token) => `teammate_invitation/${token} under `),
    ...subusers.map(({ id }) => `subuser/${id} under `),
    ...[...homes(account, ignoreSubusers)].map(([username, { id }]) => `teammate/${username} under ${id}`),
    ...keys.map(({ id }) => `api_key/${id} under `),
  ].sort();
}

/** What people hold directly. */
async function grantsOf({ url, apiKey, control }: Simulator, { ignoreSubusers }: Flags): Promise<string[]> {
  const { account } = control;
  const held: string[] = [];
  for (const teammate of account.teammates.values()) {
    const hold = (entitlement: string) => held.push(`${entitlement} for ${teammate.username}`);
    if (teammate.isOwner) hold('role:owner:assigned');
    else if (teammate.isAdmin) hold('role:admin:assigned');
    else if (unreadable.has(teammate.username)) continue;
    else if (teammate.isRestricted && !ignoreSubusers)
      for (const [id, { permissionType }] of teammate.access) hold(`subuser:${id}:${permissionType}`);
    else for (const scope of control.scopesOf(teammate.username) ?? []) hold(`scope:${scope}:assigned`);
  }
  for (const [username, { username: subuser, local }] of homes(account, ignoreSubusers)) {
    if (local.teammates.get(username)?.isAdmin) continue;
    const response = await fetch(`${url}/v3/teammates/${encodeURIComponent(username)}`, {
      headers: { authorization: `Bearer ${apiKey}`, 'on-behalf-of': subuser },
    });
    const detail: unknown = await response.json();
    assert.ok(typeof detail === 'object' && detail && 'scopes' in detail && Array.isArray(detail.scopes));
    for (const scope of detail.scopes) held.push(`scope:${scope}:assigned for ${username}`);
  }
  for (const { id, local } of ignoreSubusers ? [] : account.subusers.values()) {
    for (const { username, isAdmin } of local.teammates.values())
      if (isAdmin) held.push(`subuser:${id}:admin for ${username}`);
  }
  return held.sort();
}

/** By local teammate: the subuser with the lowest id that has it. */
function homes(account: Account, ignoreSubusers = false) {
  const found = new Map<string, Subuser>();
  if (ignoreSubusers) return found;
  for (const subuser of [...account.subusers.values()].sort((a, b) => a.id - b.id)) {
    if (subuser.username.includes('東京')) continue;
    for (const username of subuser.local.teammates.keys()) if (!found.has(username)) found.set(username, subuser);
  }
  return found;
}

const accounts: readonly (readonly [what: string, options: SimulatorOptions, flags?: Flags])[] = [
  ['the default company', {}],
  ['the default company with its API keys', {}, { syncApiKeys: true }],
  ['the default company without its subusers', {}, { ignoreSubusers: true }],
  ['awkward names', { edgeNames: true }],
  ['300 subusers', { teammates: 60, subusers: 300, localTeammates: 80, invitations: 70 }],
  ['a free plan', { plan: 'free' }],
];

for (const [what, options, flags] of accounts) {
  test(`the file says what the account says: ${what}`, async (t) => {
    const { said, meant } = await compare(t, options, flags);
    assert.deepEqual(said, meant);
  });
}
