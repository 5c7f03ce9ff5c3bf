import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProvisioner, grant, silentLogger } from '@baton-ts/connector-sdk';
import {
  GrantManagerServiceGrantRequestSchema,
  GrantManagerServiceRevokeRequestSchema,
} from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import { stageGrants } from '../../testing/grants-stage.ts';

const people = 20;
const changes = 200;
const workers = 8;
const names = ['mail.send', 'alerts.read', 'alerts.create', 'stats.read', 'ips.read', 'templates.read'];

/** The same numbers for the same seed (xorshift32). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

test('200 changes of 20 teammates by 8 workers end as one after the other would, in 3 or 4 requests each', async (t) => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
  t.diagnostic(`SEED=${seed}`);
  const random = randomNumbers(seed);
  const stage = await stageGrants(t, { simulator: { teammates: people + 2, admins: 2, latencyMs: 2 } });
  const teammates = [...stage.account.teammates.values()].filter(({ isAdmin }) => !isAdmin);
  const provisioner = createProvisioner({ connector: stage.connector, logger: silentLogger });
  const call = { signal: stage.request.signal };

  const expected = new Map(teammates.map(({ username }) => [username, new Set(stage.control.scopesOf(username))]));
  const planned = Array.from({ length: changes }, () => {
    const { username } = teammates[random(teammates.length)] ?? assert.fail();
    const scope = names[random(names.length)] ?? assert.fail();
    const isGrant = random(2) === 0;
    if (isGrant) expected.get(username)?.add(scope);
    else expected.get(username)?.delete(scope);
    return { username, scope, isGrant };
  });
  const carryOut = async ({ username, scope, isGrant }: (typeof planned)[number]): Promise<void> => {
    const [entitlement, principal] = [stage.scope(scope), stage.principal(username)];
    if (isGrant) {
      await provisioner.grant(create(GrantManagerServiceGrantRequestSchema, { entitlement, principal }), call);
    } else {
      const request = create(GrantManagerServiceRevokeRequestSchema, { grant: grant(entitlement, principal) });
      await provisioner.revoke(request, call);
    }
  };
  const waiting = planned.values();
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (const change of waiting) await carryOut(change);
    }),
  );

  for (const { username, isSso } of teammates) {
    const mine = planned.filter((change) => change.username === username).length;
    const paths = [`/v3/teammates/${username} `, `/v3/teammates/${username}/`, `/v3/sso/teammates/${username} `];
    const asked = stage.requests().filter((request) => paths.some((path) => request.includes(` ${path}`))).length;
    assert.ok(asked <= mine * (isSso ? 4 : 3), `${username}: ${asked} requests for ${mine} changes`);
    assert.deepEqual(stage.control.scopesOf(username), [...(expected.get(username) ?? [])].sort(), username);
  }
  const { total, mostInFlight } = stage.control.requests();
  assert.equal(total - 1, stage.requests().length, 'one more request, about the key itself');
  assert.ok(mostInFlight > 1, 'different teammates proceed side by side');
});
