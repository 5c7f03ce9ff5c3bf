import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Resource } from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { silentLogger } from '../logger.ts';
import { plainResource } from '../model/resource.ts';
import { syncInto, withC1z } from './testing/c1z-files.ts';
import { run, runInto } from './testing/run-sync.ts';
import { ann, bob, onePage, roleType, smallConnector } from './testing/small-connector.ts';

test('what is unavailable is asked again after 1, 2, 3 seconds, or when the other side says', async () => {
  let failures = 0;
  const { waits } = await run(
    smallConnector({
      user: {
        list: async () => {
          failures += 1;
          if (failures <= 3) throw new BatonError(Code.Unavailable, 'busy');
          if (failures === 4) throw new BatonError(Code.Unavailable, 'busy', { retryAfterMs: 23_000 });
          return onePage([ann, bob]);
        },
      },
    }),
    { workers: 1 },
  );
  assert.deepEqual(waits, [1_000, 2_000, 3_000, 23_000]);
});

test('when nothing succeeds for ten minutes it gives up, and the sync can be resumed', () =>
  withC1z(async (path) => {
    const down = smallConnector({
      role: { grants: () => Promise.reject(new BatonError(Code.Unavailable, 'SendGrid is down')) },
    });
    await assert.rejects(runInto(path, down), { message: 'SendGrid is down', code: Code.Unavailable });
    const up = smallConnector({ user: { list: () => assert.fail('it listed users again') } });
    const { result } = await runInto(path, up);
    assert.equal(result.resumed, true);
    assert.equal(result.stats.grants, 1);
  }));

test('a resource that vanished is left out with a warning', async () => {
  const { result } = await run(
    smallConnector({ role: { grants: () => Promise.reject(new BatonError(Code.NotFound, 'no such role')) } }),
  );
  assert.match(result.warnings[0] ?? '', /role admin.*no such role/);
});

test('a whole list that is not found stops the sync, since all its resources would seem to be gone', async () => {
  const connector = smallConnector({
    user: { list: () => Promise.reject(new BatonError(Code.NotFound, 'no such page')) },
  });
  await assert.rejects(run(connector), { code: Code.NotFound });
});

test('when more than a tenth vanish, the sync as a whole is wrong', async () => {
  const roles = Array.from({ length: 40 }, (_, n) => plainResource({ type: roleType, id: `r${n}`, displayName: '' }));
  const connector = smallConnector({
    role: {
      list: () => onePage(roles),
      entitlements: () => onePage([]),
      grants: () => Promise.reject(new BatonError(Code.NotFound, 'gone')),
    },
  });
  await assert.rejects(run(connector), /Too many warnings: 11 of/);
});

test('any other failure stops the sync with its own message', async () => {
  const connector = smallConnector({
    role: { entitlements: () => Promise.reject(new BatonError(Code.PermissionDenied, 'the key lacks x')) },
  });
  await assert.rejects(run(connector), { message: 'the key lacks x', code: Code.PermissionDenied });
});

test('cancelling stops the sync as cancelled', async () => {
  const cancel = new AbortController();
  const connector = smallConnector({
    user: {
      list: () => {
        cancel.abort();
        return onePage<Resource>([ann, bob]);
      },
    },
  });
  await withC1z((path) =>
    assert.rejects(syncInto(path, { connector, logger: silentLogger, signal: cancel.signal }), {
      name: 'BatonError',
      code: Code.Canceled,
    }),
  );
});
