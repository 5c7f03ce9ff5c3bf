import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { BatonError, Code } from '@baton-ts/protocol/errors';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A folder for what a service must find again after it has ended, made for this user alone. Under `STATE_DIRECTORY`
 * (systemd), `XDG_STATE_HOME` or the home folder; where none of them can be written, as in many containers, in the
 * temporary folder.
 */
export function openStateDir(clientId: string, env: Environment, tempDir: string | undefined): string {
  const name = `baton-service-${createHash('sha256').update(clientId).digest('hex').slice(0, 16)}`;
  const homes = [env['STATE_DIRECTORY']?.split(':')[0], env['XDG_STATE_HOME'], stateHome(env)];
  for (const home of homes) {
    if (home === undefined || !isAbsolute(home)) continue;
    const folder = join(home, name);
    if (makePrivate(folder)) return folder;
  }
  const folder = join(tempDir ?? tmpdir(), name);
  if (makePrivate(folder)) return folder;
  throw new BatonError(
    Code.FailedPrecondition,
    `there is no folder in which the service could keep the results of its tasks: ${folder} cannot be made, or belongs to somebody else. Name one that can be written in XDG_STATE_HOME`,
  );
}

function stateHome(env: Environment): string | undefined {
  if (process.platform === 'win32') return env['LOCALAPPDATA'];
  const home = homedir();
  return home === '' || home === '/' ? undefined : join(home, '.local', 'state');
}

function makePrivate(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const uid = process.getuid?.();
    const found = lstatSync(folder);
    if (!found.isDirectory() || (uid !== undefined && found.uid !== uid)) return false;
    chmodSync(folder, 0o700);
    return true;
  } catch {
    return false;
  }
}
