import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyncState } from './state.ts';

test('a sync that has not begun starts with init', () => {
  assert.deepEqual(
    SyncState.parse('')
      .actions()
      .map((action) => action.operation),
    ['init'],
  );
});

test('a state reads back with its actions, pages and flags, and hands out ids that are new', () => {
  const state = SyncState.parse('');
  state.push({ operation: 'list-grants', resourceTypeId: 'scope', resourceId: 'a', pageToken: 'p2' });
  state.needsExpansion = true;
  const text = state.serialize();
  const again = SyncState.parse(text);
  assert.equal(again.serialize(), text);
  assert.equal(again.push({ operation: 'list-grants' }).id, '0000000002');
});

test('a spawned or whole-type action makes it version 2', () => {
  const state = SyncState.parse('');
  assert.equal(JSON.parse(state.serialize()).version, 1);
  state.push({ operation: 'list-grants', resourceTypeId: 'scope', typeScoped: true });
  assert.equal(JSON.parse(state.serialize()).version, 2);
});

test('the older form of the Go SDK keeps every action, the current one last', () => {
  const state = SyncState.parse(
    '{"actions":[{"operation":"grant-expansion"},{"operation":"list-grants"}],"current_action":{"operation":"list-entitlements"},"completed_actions_count":45}',
  );
  assert.deepEqual(
    state.actions().map((action) => action.operation),
    ['grant-expansion', 'list-grants', 'list-entitlements'],
  );
  assert.equal(state.completedActions, 45);
  assert.equal(state.needsExpansion, true);
});

test('actions of the Go SDK keep their resource, parent and page', () => {
  const state = SyncState.parse(
    JSON.stringify({
      version: 1,
      actions_map: {
        '0000000003': { id: '0000000003', operation: 'list-external-resources' },
        '0000000007': {
          id: '0000000007',
          operation: 'list-resources',
          page_token: 'p',
          resource_type_id: 'user',
          parent_resource_type_id: 'org',
          parent_resource_id: '1',
        },
      },
      action_order: ['0000000003', '0000000007'],
      current_action_id: 8,
    }),
  );
  assert.deepEqual(state.actions(), [
    {
      id: '0000000000',
      operation: 'list-resources',
      pageToken: 'p',
      resourceTypeId: 'user',
      parentResourceTypeId: 'org',
      parentResourceId: '1',
    },
  ]);
});

test('a state that is damaged or from the future is an error, not a loss of actions', () => {
  for (const text of ['{', '[]', '{"version":1,"action_order":["1"]}', '{"actions":[{"operation":"fly"}]}']) {
    assert.throws(() => SyncState.parse(text), { name: 'BatonError', code: 15 }, text);
  }
});

test('the stack is the same from both ends, whatever was completed in between', () => {
  const state = SyncState.parse('');
  const pushed = Array.from({ length: 500 }, (_, n) =>
    state.push({ operation: 'list-resources', resourceTypeId: 'room', ...(n > 0 && { parentResourceTypeId: 'org' }) }),
  );
  for (const [n, action] of pushed.entries()) if (n % 3 !== 0) state.complete(action);
  assert.deepEqual([...state.newestFirst()], state.actions().toReversed());
  assert.deepEqual([...state.openLists()], [['room', { top: 1, underParents: 166 }]]);
});
