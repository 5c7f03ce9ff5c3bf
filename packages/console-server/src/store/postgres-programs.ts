import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian and its kin keep the programs of each version. */
const VERSIONS_FOLDER = '/usr/lib/postgresql';

/** The folder in which all these programs of PostgreSQL are, newest version first; `undefined` where there is none. */
export function postgresPrograms(...names: readonly string[]): string | undefined {
  const versions = existsSync(VERSIONS_FOLDER) ? readdirSync(VERSIONS_FOLDER) : [];
  const newestFirst = versions.toSorted((one, other) => Number(other) - Number(one));
  const folders = [
    ...newestFirst.map((version) => join(VERSIONS_FOLDER, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  return folders.find((folder) => names.every((name) => existsSync(join(folder, name))));
}
