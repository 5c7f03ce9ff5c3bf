import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { silentLogger } from '../logger.ts';
import { grantExpandable } from '../model/annotations.ts';
import { entitlement, grant } from '../model/entitlement.ts';
import { plainResource } from '../model/resource.ts';
import { Secret } from '../secret.ts';
import type { SyncOptions, SyncResult } from './options.ts';
import { readC1z, syncInto, withC1z } from './testing/c1z-files.ts';
import { runInto } from './testing/run-sync.ts';
import { admin, ann, assigned, bob, onePage, roleType, smallConnector } from './testing/small-connector.ts';

/** A sync that fails at the last list, and then one that does not. */
async function interruptAndGoOn(path: string, before: SyncOptions, after: SyncOptions): Promise<SyncResult> {
  const run = (connector: ReturnType<typeof smallConnector>, options: SyncOptions) =>
    syncInto(path, { connector, logger: silentLogger, signal: new AbortController().signal, options });
  const fails = smallConnector({
    role: {
      grants: async () => {
        throw new BatonError(Code.PermissionDenied, 'not for this key');
      },
    },
  });
  await assert.rejects(run(fails, before), { code: Code.PermissionDenied });
  return run(smallConnector({}), after);
}

const key = (text: string): SyncOptions => ({ settings: new Secret(text) });

test('an interrupted sync with the same settings is resumed', () =>
  withC1z(async (path) => {
    assert.equal((await interruptAndGoOn(path, key('SG.one'), key('SG.one'))).resumed, true);
  }));

test('an interrupted sync that began with another key starts anew', () =>
  withC1z(async (path) => {
    assert.equal((await interruptAndGoOn(path, key('SG.one'), key('SG.two'))).resumed, false);
  }));

test('an interrupted sync that began with other options starts anew', () =>
  withC1z(async (path) => {
    assert.equal((await interruptAndGoOn(path, {}, { skipExpandGrants: true })).resumed, false);
  }));

test('an interrupted sync of all types is not continued as a sync of some', () =>
  withC1z(async (path) => {
    const failing = smallConnector({
      role: { list: () => Promise.reject(new BatonError(Code.PermissionDenied, 'no')) },
    });
    await assert.rejects(runInto(path, failing));
    const { result, file } = await runInto(path, smallConnector({}), { syncResourceTypes: ['role'] });
    assert.equal(result.resumed, false);
    assert.deepEqual(file.resources, ['role:admin']);
  }));

test('how many workers there are is no reason to start anew', () =>
  withC1z(async (path) => {
    assert.equal((await interruptAndGoOn(path, { workers: 1 }, { workers: 4 })).resumed, true);
  }));

test('an interrupted sync says with which settings it began, but not what they are; a finished one says nothing', () =>
  withC1z(async (path) => {
    const stop = new AbortController();
    const connector = smallConnector({
      role: {
        grants: async () => {
          stop.abort();
          stop.signal.throwIfAborted();
          return { items: [] };
        },
      },
    });
    const request = { logger: silentLogger, options: key('SG.very-secret-key') };
    await assert.rejects(syncInto(path, { ...request, connector, signal: stop.signal }), { code: Code.Canceled });
    const interrupted = (await readC1z(path)).runs[0]?.syncToken ?? '';
    assert.match(interrupted, /"settings_hash":"[0-9a-f]{32}"/);
    assert.ok(!interrupted.includes('SG.very-secret-key'));
    await syncInto(path, { ...request, connector: smallConnector({}), signal: new AbortController().signal });
    assert.ok(!(await readC1z(path)).runs[0]?.syncToken.includes('settings'));
  }));

test('grants are left as they are when the reader expands them', () =>
  withC1z(async (path) => {
    const viewer = plainResource({ type: roleType, id: 'viewer', displayName: 'Viewer' });
    const views = entitlement({ resource: viewer, slug: 'assigned', purpose: 'assignment' });
    const passedOn = grant(views, admin, { annotations: [grantExpandable({ entitlementIds: [assigned.id] })] });
    const connector = smallConnector({
      role: {
        list: () => onePage([admin, viewer]),
        entitlements: ({ resource }) => onePage([resource.id?.resource === 'viewer' ? views : assigned]),
        grants: ({ resource }) =>
          onePage(resource.id?.resource === 'viewer' ? [passedOn] : [grant(assigned, ann), grant(assigned, bob)]),
      },
    });
    const request = { connector, logger: silentLogger, signal: new AbortController().signal };
    await syncInto(path, { ...request, options: { skipExpandGrants: true } });
    assert.equal((await readC1z(path)).grants.length, 3);
    await syncInto(path, request);
    assert.equal((await readC1z(path)).grants.length, 5);
  }));
