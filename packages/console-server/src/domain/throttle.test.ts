import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterFailure, networkOf, perEmail, type ThrottleState, waitMs } from './throttle.ts';

const NOW_MS = 1_790_000_000_000;

function waitsOf(failures: number): number[] {
  let state: ThrottleState | undefined;
  let now = NOW_MS;
  return Array.from({ length: failures }, () => {
    state = afterFailure(perEmail, state, now);
    const wait = waitMs(state, now);
    now += wait;
    return wait / 1000;
  });
}

test('the first failures cost nothing, then each wait is twice the one before, up to 15 minutes', () => {
  assert.deepEqual(waitsOf(15), [0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
});

test('failures are forgotten an hour after the last wait', () => {
  const state = { failures: 9, untilMs: NOW_MS };
  assert.equal(afterFailure(perEmail, state, NOW_MS + 3_600_000).failures, 10);
  assert.equal(afterFailure(perEmail, state, NOW_MS + 3_600_001).failures, 1);
});

const networks: readonly [ip: string, network: string][] = [
  ['192.0.2.44', '192.0.2.44'],
  ['::ffff:192.0.2.44', '192.0.2.44'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
];
for (const [ip, network] of networks) {
  test(`${ip} belongs to ${network}`, () => {
    assert.equal(networkOf(ip), network);
  });
}
