import { existsSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Environment } from '../cli/settings.ts';
import { accountSid } from './service-account.ts';
import { runSystemProgram } from './system-program.ts';

const SYSTEM = 'S-1-5-18';
const ADMINISTRATORS = 'S-1-5-32-544';

/** Where the service of that name keeps its settings, its log and its state. */
export interface ServiceFolder {
  readonly path: string;
  readonly configFile: string;
  readonly logFile: string;
}

export function serviceFolder(name: string, env: Environment): ServiceFolder {
  const path = join(env['PROGRAMDATA'] ?? env['ProgramData'] ?? 'C:\\ProgramData', 'ConductorOne', name);
  return { path, configFile: join(path, 'config.yaml'), logFile: join(path, 'baton.log') };
}

/** Refuses where settings are already: they may belong to a service that runs. */
export function refuseOverwriting({ configFile }: ServiceFolder, name: string): void {
  if (!existsSync(configFile)) return;
  throw new BatonError(
    Code.AlreadyExists,
    `${configFile} is there already and is not written over; "${name} remove" removes the service together with it`,
  );
}

/** Makes the folder, for administrators and the service alone, and only then writes the settings into it. */
export async function writeSettings(
  { path, configFile }: ServiceFolder,
  name: string,
  text: string,
  env: Environment,
): Promise<void> {
  const parent = dirname(path);
  mkdirSync(path, { recursive: true });
  for (const folder of [parent, path]) {
    // Everybody may make folders where these lie, and may have done so before.
    if (lstatSync(folder).isSymbolicLink()) {
      throw new BatonError(Code.FailedPrecondition, `${folder} is a link to another place; remove it and try again`);
    }
    await icacls(folder, ['/setowner', `*${ADMINISTRATORS}`], env);
    await icacls(folder, ['/reset'], env);
  }
  await icacls(parent, ['/inheritance:r', '/grant:r', ...full(SYSTEM, ADMINISTRATORS)], env);
  await icacls(
    path,
    ['/inheritance:r', '/grant:r', ...full(SYSTEM, ADMINISTRATORS), `*${accountSid(name)}:(OI)(CI)M`],
    env,
  );
  writeFileSync(configFile, text, { flag: 'wx', mode: 0o600 });
}

const full = (...sids: readonly string[]): string[] => sids.map((sid) => `*${sid}:(OI)(CI)F`);

async function icacls(folder: string, args: readonly string[], env: Environment): Promise<void> {
  const { code } = await runSystemProgram('icacls.exe', [folder, ...args, '/q'], env);
  if (code === 0) return;
  throw new BatonError(
    code === 5 ? Code.PermissionDenied : Code.Unknown,
    `${folder} could not be kept from others (icacls ended with ${code}); nothing was written into it. ` +
      'Open the prompt with "Run as administrator" and try again',
  );
}
