import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Code } from '@baton-ts/protocol/errors';
import { openC1z } from './index.ts';
import { scratch, writeAccount } from './testing.ts';

/** A process id that no process has: above the kernel's largest. */
const DEAD_PID = 2 ** 22 + 1;

function staleLock(path: string, change: object = {}): void {
  const holder = { pid: DEAD_PID, host: hostname(), program: 'gone', since: '2026-01-01T00:00:00.000Z', nonce: 'old' };
  writeFileSync(`${path}.lock`, JSON.stringify({ ...holder, ...change }));
}

/** Runs a program that opens the path and says how it went, and keeps it open until its input ends. */
function opener(path: string) {
  const index = new URL('./index.ts', import.meta.url).href;
  const program = `import { openC1z } from '${index}';
    try { const store = await openC1z(process.argv[1]); console.log('open'); process.stdin.resume();
      process.stdin.on('end', () => store.discard()); }
    catch (error) { console.log(error.message); }`;
  const flags = ['--conditions=x-source', '--input-type=module', '--eval', program, path];
  const child = spawn(process.execPath, flags, { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(String(data).trim())));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return { said, pid: child.pid, end: () => (child.stdin.end(), ended) };
}

describe('two writers of one path', () => {
  test('the second process is refused at once by name of the holder', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    const holder = opener(path);
    assert.equal(await holder.said, 'open');
    const expected = { code: Code.FailedPrecondition, message: new RegExp(`process ${holder.pid}\\) since \\d{4}-`) };
    await assert.rejects(openC1z(path), expected);
    await holder.end();
    await (await openC1z(path)).discard();
  });

  test('a link to the file is the same file', async (t) => {
    const folder = scratch(t);
    await writeAccount(join(folder, 'sync.c1z'));
    symlinkSync('sync.c1z', join(folder, 'link.c1z'));
    const store = await openC1z(join(folder, 'link.c1z'));
    await assert.rejects(openC1z(join(folder, 'sync.c1z')), { code: Code.FailedPrecondition });
    await store.discard();
  });

  test('the lock of a dead process is taken over', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    staleLock(path);
    const store = await openC1z(path);
    assert.equal(JSON.parse(readFileSync(`${path}.lock`, 'utf8')).pid, process.pid);
    await store.discard();
    assert.equal(existsSync(`${path}.lock`), false);
  });

  const proc = existsSync('/proc/self/stat') ? false : 'this platform does not tell when a process started';
  test('a process id that another process has now is no holder', { skip: proc }, async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    staleLock(path, { pid: process.pid, processStart: '1' });
    await (await openC1z(path)).discard();
  });

  test('a lock of another host is never taken over', async (t) => {
    const path = join(scratch(t), 'sync.c1z');
    staleLock(path, { host: 'elsewhere' });
    await assert.rejects(openC1z(path), { message: /on the host elsewhere.*remove/ });
  });

  test('of four takers of one stale lock exactly one wins', async (t) => {
    const folder = scratch(t);
    const path = join(folder, 'sync.c1z');
    staleLock(path);
    const takers = Array.from({ length: 4 }, () => opener(path));
    const said = await Promise.all(takers.map((taker) => taker.said));
    assert.equal(said.filter((line) => line === 'open').length, 1, said.join('\n'));
    assert.equal(said.filter((line) => /is being written by/.test(line)).length, 3);
    await Promise.all(takers.map((taker) => taker.end()));
    assert.deepEqual(readdirSync(folder), []);
  });

  test('a working folder that somebody else planted is refused', async (t) => {
    const folder = scratch(t);
    const path = join(folder, 'sync.c1z');
    const tempDir = join(folder, 'tmp');
    mkdirSync(tempDir);
    const first = await openC1z(path, { tempDir });
    const [name] = readdirSync(tempDir);
    await first.discard();
    symlinkSync(folder, join(tempDir, String(name)));
    await assert.rejects(openC1z(path, { tempDir }), { message: /not a private folder/ });
  });
});
