import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
/** Halves the start of each run after the first. */
const compileCache = mkdtempSync(join(tmpdir(), 'baton-test-cache-'));
process.once('exit', () => rmSync(compileCache, { recursive: true, force: true }));

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program as a shell would, and waits for its end. */
export function baton(
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly stdin?: Uint8Array;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--conditions=x-source', main, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', NODE_COMPILE_CACHE: compileCache, ...options.env },
  });
  child.stdin.on('error', () => {}).end(options.stdin ?? '');
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

/** A folder that is gone after the tests. */
export function scratchFolder(ending: { after(stop: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-test-'));
  ending.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
