import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';

/** What one commit is released as. */
export interface Release {
  /** Without the `v` of the tag. */
  readonly version: string;
  /** The full hash; `unknown` outside a git checkout. */
  readonly commit: string;
  /** The time of everything in the archives, so that two builds of one commit are the same bytes. */
  readonly timeSeconds: number;
}

/** The first second that a zip archive can tell. */
const WITHOUT_GIT_SECONDS = Date.UTC(1980, 0, 1) / 1000;

/** From the nearest tag `v…`; without one, the version of the packages. */
export function readRelease(): Release {
  const commit = git('rev-parse', 'HEAD');
  const ownVersion = readPackageVersion();
  if (commit === undefined) return { version: ownVersion, commit: 'unknown', timeSeconds: WITHOUT_GIT_SECONDS };
  const described = git('describe', '--tags', '--match', 'v[0-9]*');
  const isChanged = git('status', '--porcelain', '--untracked-files=no') !== '';
  const version = (described?.slice(1) ?? ownVersion) + (isChanged ? '-dirty' : '');
  return { version, commit, timeSeconds: Number(git('show', '-s', '--format=%ct', 'HEAD')) };
}

function readPackageVersion(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

/** Undefined when git says no. */
function git(...args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
