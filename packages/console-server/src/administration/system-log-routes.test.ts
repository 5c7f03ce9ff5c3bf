import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { endpoints } from '@baton-ts/console-api';
import { asActor } from '../apps/testing/app-world.ts';
import { newActor } from '../apps/testing/synced-app.ts';
import { createAuditLog } from '../audit/append.ts';
import { describeOnStores, tempFolder } from '../testing/with-stores.ts';
import { systemLogRoutes } from './system-log-routes.ts';

describeOnStores('the system log', (open) => {
  const start = async (t: TestContext) => {
    const store = await open(t);
    const clock = { now: () => Date.now(), sleep: async () => {} };
    const audit = createAuditLog({ store, clock });
    const routes = systemLogRoutes({ store, clock, dataDir: tempFolder(t) });
    const [ines, omar] = [
      await newActor(store, 'Ines', ['SUPER_ADMINISTRATOR']),
      await newActor(store, 'Omar', ['SUPER_ADMINISTRATOR']),
    ];
    const note = (actor: typeof ines, action: string, target: typeof ines) =>
      store.transaction((trx) =>
        audit.append(trx, asActor(actor), {
          action,
          target: { kind: 'person', id: target.id, displayName: target.displayName },
        }),
      );
    await note(ines, 'person.changed', omar);
    await note(ines, 'person.disabled', omar);
    await note(omar, 'person.changed', ines);
    await note(ines, 'person.changed', ines);
    const found = async (given: object) => {
      const body = endpoints['POST /api/v1/systemlog/events'].body.parse(given);
      const request = { body, params: undefined, query: undefined };
      return await routes['POST /api/v1/systemlog/events'].handle(request);
    };
    const said = async (given: object) =>
      (await found(given)).list.map(
        ({ actor, action, target }) => `${actor.displayName} ${action} ${target?.displayName}`,
      );
    return { ines, omar, found, said };
  };

  test('is narrowed to who did it, to whom it was done, and to both', async (t) => {
    const { ines, omar, said } = await start(t);
    assert.deepEqual(await said({ actorIds: [omar.id] }), ['Omar person.changed Ines']);
    assert.deepEqual(await said({ targetIds: [omar.id] }), ['Ines person.disabled Omar', 'Ines person.changed Omar']);
    assert.deepEqual(await said({ actorIds: [ines.id], targetIds: [ines.id] }), ['Ines person.changed Ines']);
    assert.deepEqual(await said({ actorIds: [ines.id, omar.id], actions: ['person.disabled'] }), [
      'Ines person.disabled Omar',
    ]);
    assert.deepEqual(await said({ targetIds: ['2abcdefghijklmnopqrstuvwxyz'] }), []);
  });

  test('pages of what was narrowed go on within it, and with another filter they are refused', async (t) => {
    const { ines, omar, found } = await start(t);
    const first = await found({ actorIds: [ines.id], pageSize: 2 });
    assert.deepEqual([first.list.length, first.totalCount], [2, 3]);
    const second = await found({ actorIds: [ines.id], pageSize: 2, pageToken: first.nextPageToken });
    assert.deepEqual(
      second.list.map(({ action, target }) => [action, target?.id]),
      [['person.changed', omar.id]],
    );
    await assert.rejects(found({ actorIds: [omar.id], pageSize: 2, pageToken: first.nextPageToken }), {
      name: 'BatonError',
    });
  });
});
