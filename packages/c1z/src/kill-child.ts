// The program that kill.test.ts kills: writes one sync of a known account, with checkpoints, from where it was left.

import { ResourceTypeSchema } from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import { openC1z } from './index.ts';
import { entitlement, grant, resource } from './testing.ts';

const PAGES = 40;
const USERS_PER_PAGE = 25;

const [path = '', tempDir = ''] = process.argv.slice(2);
process.stdout.write('started\n');
const store = await openC1z(path, { tempDir });
const sync = store.resumableSync('full') ?? store.startSync({ syncType: 'full' });
process.stdout.write(`page ${sync.run.syncToken === '' ? 0 : Number(sync.run.syncToken)}\n`);
const group = resource('group', 'ops');
const member = entitlement(group, 'member');
for (let page = Number(sync.run.syncToken || 0); page < PAGES; page++) {
  if (page === 0) sync.putResourceTypes(['user', 'group'].map((id) => create(ResourceTypeSchema, { id })));
  const users = Array.from({ length: USERS_PER_PAGE }, (_, index) => resource('user', `person-${page}-${index}`));
  sync.putResources([group, ...users]);
  sync.putEntitlements([member]);
  sync.putGrants(users.map((user) => grant(member, user)));
  sync.checkpoint(String(page + 1));
  if (page === PAGES / 2) await sync.buildIndexes();
}
process.stdout.write('finishing\n');
await store.finishSync(sync, { syncToken: '' });
process.stdout.write('saving\n');
await store.close();
process.stdout.write('saved\n');
