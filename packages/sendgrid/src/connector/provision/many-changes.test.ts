import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProvisioner, grant, silentLogger } from '@baton-ts/connector-sdk';
import {
  GrantManagerServiceGrantRequestSchema,
  GrantManagerServiceRevokeRequestSchema,
} from '@baton-ts/protocol/connector-v2';
import { randomNumbers } from '@baton-ts/protocol/testing/random-numbers';
import { create } from '@bufbuild/protobuf';
import { stageGrants } from '../../testing/grants-stage.ts';

const people = 20;
const changes = 200;
const workers = 8;
const names = ['mail.send', 'alerts.read', 'alerts.create', 'stats.read', 'ips.read', 'templates.read'];

test('200 changes of 20 teammates by 8 workers end as one after the other would, in 3 or 4 requests each', async (t) => {
  const random = randomNumbers(t);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] ?? assert.fail();
  const stage = await stageGrants(t, { simulator: { teammates: people + 2, admins: 2, latencyMs: 2 } });
  const teammates = [...stage.account.teammates.values()].filter(({ isAdmin }) => !isAdmin);
  const provisioner = createProvisioner({ connector: stage.connector, logger: silentLogger });
  const call = { signal: stage.request.signal };

  const expected = new Map(teammates.map(({ username }) => [username, new Set(stage.control.scopesOf(username))]));
  const planned = Array.from({ length: changes }, () => {
    const { username } = pick(teammates);
    const scope = pick(names);
    const isGrant = random() < 0.5;
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
