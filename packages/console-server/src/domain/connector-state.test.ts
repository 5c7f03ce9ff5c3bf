import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectorStatus } from '@baton-ts/console-api';
import { type ConnectorEvent, connectorEvents, transitions } from './connector-state.ts';

const states = connectorStatus.options;

// Rows: state. Columns: what becomes of it. `-` is a refusal.
const expected: Readonly<Record<string, readonly string[]>> = {
  settings_saved: ['SYNCING', 'SYNCING', 'SYNCING', 'SYNCING', 'SYNCING', 'PAUSED'],
  settings_incomplete: ['NOT_CONNECTED', 'NOT_CONNECTED', 'NOT_CONNECTED', 'NOT_CONNECTED', 'NOT_CONNECTED', 'PAUSED'],
  checked_in: ['SYNCING', 'SYNCING', 'CONNECTED', 'ERROR', 'PAUSED_ANOMALY', 'PAUSED'],
  sync_requested: ['-', 'SYNCING', 'SYNCING', 'SYNCING', 'SYNCING', '-'],
  schedule_due: ['-', 'SYNCING', 'SYNCING', 'SYNCING', '-', '-'],
  sync_applied: ['CONNECTED', 'CONNECTED', 'CONNECTED', 'CONNECTED', 'CONNECTED', 'PAUSED'],
  sync_failed: ['NOT_CONNECTED', 'ERROR', 'ERROR', 'ERROR', 'PAUSED_ANOMALY', 'PAUSED'],
  sync_held_back: [...Array.from({ length: 5 }, () => 'PAUSED_ANOMALY'), 'PAUSED'],
  changes_confirmed: ['-', '-', '-', '-', 'SYNCING', '-'],
  paused: ['-', 'PAUSED', 'PAUSED', 'PAUSED', 'PAUSED', 'PAUSED'],
  resumed: ['-', '-', '-', '-', 'SYNCING', 'SYNCING'],
};

test('every state is a column of this test', () => {
  assert.deepEqual(states, ['NOT_CONNECTED', 'SYNCING', 'CONNECTED', 'ERROR', 'PAUSED_ANOMALY', 'PAUSED']);
});

for (const event of connectorEvents) {
  describe(event.replaceAll('_', ' '), () => {
    for (const [index, state] of states.entries()) {
      test(`in ${state}`, () => {
        const transition = transitions[state][event];
        assert.equal(transition.kind === 'to' ? transition.status : '-', expected[event]?.[index]);
        if (transition.kind === 'refused') assert.match(transition.reason, /^[A-Z].*\.$/);
      });
    }
  });
}

test('while it is paused by hand nothing but resuming makes it sync', () => {
  const leaving = connectorEvents.filter((event: ConnectorEvent) => {
    const transition = transitions.PAUSED[event];
    return transition.kind === 'to' && transition.status !== 'PAUSED';
  });
  assert.deepEqual(leaving, ['resumed']);
});
