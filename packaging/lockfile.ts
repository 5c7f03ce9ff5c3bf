import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';

/** What npm's lockfile says of one installed package. */
export interface LockedPackage {
  readonly version: string;
  readonly integrity?: string;
}

const lockfile = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};

/** @param path from the root, for example `node_modules/pg` */
export function lockedPackage(path: string): LockedPackage | undefined {
  return lockfile.packages[path];
}
