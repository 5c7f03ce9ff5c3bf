import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Role, role } from '@baton-ts/console-api';
import { may, type Permission, permissions, permissionsByRole, permissionsOf } from './permissions.ts';

/** `governance.md §2.1`, as a table: a letter for each role that has the permission. */
const table: Readonly<Record<Permission, string>> = {
  // S super, C connector, A application, G campaign, R requests, H helpdesk, O read-only, B basic
  'people.read': 'SCAGRHO',
  'people.details': 'SO',
  'people.manage': 'S',
  'people.roles': 'S',
  'apps.read': 'SCO',
  'apps.create': 'SA',
  'apps.manage': 'S',
  'apps.manage.own': 'SA',
  'connectors.read': 'SCO',
  'connectors.manage': 'SC',
  'connectors.manage.own': 'SA',
  'connectors.files': 'SC',
  'log.read': 'SO',
  'settings.read': 'S',
  'settings.manage': 'S',
};

const letters: Readonly<Record<Role, string>> = {
  SUPER_ADMINISTRATOR: 'S',
  CONNECTOR_ADMINISTRATOR: 'C',
  APPLICATION_ADMINISTRATOR: 'A',
  CAMPAIGN_ADMINISTRATOR: 'G',
  ACCESS_REQUEST_ADMINISTRATOR: 'R',
  ACCESS_REQUEST_HELPDESK: 'H',
  READ_ONLY_ADMINISTRATOR: 'O',
  BASIC_USER: 'B',
};

for (const name of role.options) {
  test(`${name} may exactly what the table says`, () => {
    const expected = permissions.filter((permission) => table[permission].includes(letters[name]));
    assert.deepEqual([...permissionsByRole[name]].sort(), [...expected].sort());
    for (const permission of permissions) {
      assert.equal(may({ roles: [name] }, permission), expected.includes(permission), permission);
    }
  });
}

test('roles add up', () => {
  assert.deepEqual([...permissionsOf(['APPLICATION_ADMINISTRATOR', 'CONNECTOR_ADMINISTRATOR', 'BASIC_USER'])].sort(), [
    'apps.create',
    'apps.manage.own',
    'apps.read',
    'connectors.files',
    'connectors.manage',
    'connectors.manage.own',
    'connectors.read',
    'people.read',
  ]);
});

test('nobody without a role may anything', () => {
  assert.equal(permissionsOf([]).size, 0);
});

test('a read-only administrator changes nothing', () => {
  for (const permission of permissionsByRole.READ_ONLY_ADMINISTRATOR) assert.match(permission, /\.(read|details)$/);
});
