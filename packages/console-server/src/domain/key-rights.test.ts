import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyRightsOf } from './key-rights.ts';

const said = (fields: Readonly<Record<string, unknown>>) =>
  keyRightsOf({ level: 'info', message: 'What the API key may do', fields });

test('the scopes that a key has and lacks are taken from the line that names them', () => {
  assert.deepEqual(said({ holds: ['teammates.read'], lacks: ['sso.teammates.update'] }), {
    holds: ['teammates.read'],
    lacks: ['sso.teammates.update'],
  });
});

test('what is no scope is left out, and a line without both lists says nothing', () => {
  assert.deepEqual(said({ holds: ['<b>', 7, 'teammates.read'], lacks: [] }), { holds: ['teammates.read'], lacks: [] });
  assert.equal(said({ holds: 'teammates.read' }), undefined);
  assert.equal(keyRightsOf({ level: 'info', message: 'Sync complete.', fields: { holds: [], lacks: [] } }), undefined);
});
