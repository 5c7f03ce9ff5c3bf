import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { openC1z } from '@baton-ts/c1z';
import { Code } from '@baton-ts/protocol/errors';
import { silentLogger } from '../../logger.ts';
import { Secret } from '../../secret.ts';
import { cleanLeftovers } from '../clean-leftovers.ts';
import { tempFolder } from '../testing/c1.ts';
import { pagedPeople } from './testing/paged-people.ts';
import { startTasks, type TestService } from './testing/run-task.ts';

const killedProgram = join(import.meta.dirname, 'testing/sync-to-be-killed.ts');
const syncFull = { case: 'syncFull', value: {} } as const;
const once1 = { limits: { maxAttempts: 1 } };
const dayMs = 24 * 60 * 60_000;

/** A sync in another process that is killed in the middle of the fourth page. */
async function killedSync(t: TestContext): Promise<{ stateDir: string; tempDir: string }> {
  const folders = { stateDir: tempFolder(t), tempDir: tempFolder(t) };
  const args = ['--conditions=x-source', killedProgram, folders.stateDir, folders.tempDir];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  for await (const page of createInterface({ input: child.stdout })) if (page === '3') child.kill('SIGKILL');
  await ended;
  return folders;
}

function namesIn({ context }: TestService): string[] {
  return [...readdirSync(context.stateDir), ...readdirSync(context.tempDir ?? '')];
}

/** Runs the next task of that kind with this key; which pages it asked for. */
async function next(t: TestContext, folders: { stateDir: string; tempDir: string }, key: string) {
  const asked: number[] = [];
  const connector = pagedPeople((page) => {
    asked.push(page);
  });
  const service = await startTasks(t, connector, { ...folders, syncOptions: { settings: new Secret(key) } }, once1);
  const { task } = await service.run(syncFull);
  assert.equal(task.state, 'finished');
  assert.deepEqual(namesIn(service), [], 'nothing is left behind');
  return asked;
}

test('a sync that was killed is gone on with by the next task', async (t) => {
  assert.deepEqual(await next(t, await killedSync(t), 'key'), [3, 4, 5]);
});

test('a sync that was killed starts anew under another key', async (t) => {
  assert.deepEqual(await next(t, await killedSync(t), 'other key'), [0, 1, 2, 3, 4, 5]);
});

test('at the start, what can be gone on with stays for a week', async (t) => {
  const folders = await killedSync(t);
  const clean = (nowMs: number) => cleanLeftovers({ ...folders, logger: silentLogger, nowMs });
  await clean(Date.now() + 6 * dayMs);
  assert.ok(readdirSync(folders.tempDir).length > 0);
  await clean(Date.now() + 8 * dayMs);
  assert.deepEqual([...readdirSync(folders.stateDir), ...readdirSync(folders.tempDir)], []);
});

test('at the start, what cannot be gone on with is removed, unless somebody is writing it', async (t) => {
  const [stateDir, tempDir] = [tempFolder(t), tempFolder(t)];
  const uploaded = `once-${crypto.randomUUID()}.c1z`;
  writeFileSync(join(stateDir, uploaded), 'a file that was being uploaded');
  writeFileSync(join(stateDir, 'results'), 'of somebody else');
  const held = join(stateDir, 'sync-0123456789abcdef.c1z');
  writeFileSync(held, '');
  utimesSync(held, 0, 0);
  const store = await openC1z(held, { tempDir });
  await cleanLeftovers({ stateDir, tempDir, logger: silentLogger, nowMs: Date.now() });
  const left = readdirSync(stateDir);
  assert.deepEqual(
    [uploaded, 'results', 'sync-0123456789abcdef.c1z'].map((name) => left.includes(name)),
    [false, true, true],
  );
  await store.discard();
});

/** A file system of that size, or why there is none. */
function smallDisk(t: TestContext, kib: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'baton-small-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'none', folder]);
  t.after(() => {
    if (status === 0) spawnSync('umount', [folder]);
    rmdirSync(folder);
  });
  if (status === 0) return folder;
  t.skip('this user cannot mount a small disk');
  return undefined;
}

test('a disk that fills up in a sync is named, is no reason not to try again, and is free again afterwards', async (t) => {
  const disk = smallDisk(t, 260);
  if (disk === undefined) return;
  const many = pagedPeople(() => {}, 1_000);
  const service = await startTasks(t, many, { tempDir: disk }, once1);
  const { task } = await service.run(syncFull);
  assert.equal(task.result?.status?.code, Code.ResourceExhausted);
  assert.match(task.result?.status?.message ?? '', /the disk is full\. Free some space/);
  const state = task.result?.finalState;
  assert.ok(state?.case === 'error' && !state.value.nonRetryable);
  assert.deepEqual(namesIn(service), []);

  const small = await service.run(syncFull, { connector: pagedPeople(() => {}) });
  assert.equal(small.task.state, 'finished', 'the service goes on');
});
