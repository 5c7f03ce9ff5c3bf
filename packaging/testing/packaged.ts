import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executableOf, type PackagedProgram, packageProgram } from '../make-release.ts';
import { type Platform, platforms } from '../platforms.ts';
import { type Program, programNamed } from '../programs.ts';
import type { Release } from '../release.ts';

/** As a tag names it, so that nothing depends on the state of the checkout. */
export const release: Release = {
  version: '1.2.3',
  commit: '0123456789abcdef0123456789abcdef01234567',
  timeSeconds: 1_700_000_000,
};

/** The platform of this machine; undefined where we make no executables that it could run. */
export const ownPlatform: Platform | undefined = platforms.find(
  ({ os, arch }) =>
    os === 'linux' && process.platform === 'linux' && arch === (process.arch === 'x64' ? 'amd64' : process.arch),
);

const made = new Map<string, Promise<PackagedProgram>>();

/** Bundled once in a process. */
export function packagedNamed(name: Program['name']): Promise<PackagedProgram> {
  let one = made.get(name);
  if (one === undefined) {
    one = packageProgram(programNamed(name), release);
    made.set(name, one);
  }
  return one;
}

export async function makeExecutableOf(name: Program['name'], platform: Platform): Promise<Buffer> {
  return await executableOf(await packagedNamed(name), platform);
}

/** A folder that goes when the tests end. */
export function newFolder(t: { after(remove: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'packaging-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function writeProgram(folder: string, name: string, content: Buffer): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, 0o755);
  return path;
}
