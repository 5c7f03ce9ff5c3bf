import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Company, writeCompany } from './company.ts';

const SCOPES = 200;

/** As many people as wanted, who hold as many scopes each. Changed, every hundredth holds another scope in place of one. */
export function largeCompany(accounts: number, grants: number, isChanged: boolean): Company {
  const scopes = Array.from({ length: SCOPES }, (_, index) => ({
    name: `group-${index % 10}.scope-${index}`,
    risk: ['low', 'medium', 'high', 'critical'][index % 4] ?? 'low',
  }));
  const each = Math.round(grants / accounts);
  const people = Array.from({ length: accounts }, (_, index) => {
    const first = isChanged && index % 100 === 0 ? index + 1 : index;
    return {
      id: `person-${index}@example.com`,
      holds: Array.from({ length: each }, (_held, place) => scopes[(first * 7 + place) % SCOPES]?.name ?? ''),
    };
  });
  return { people, scopes };
}

/** Writes the files of both states into the folder, unless they are there. */
export async function writeLargeCompany(folder: string, accounts: number, grants: number): Promise<readonly string[]> {
  const paths = [join(folder, 'first.c1z'), join(folder, 'changed.c1z')];
  for (const [index, path] of paths.entries()) {
    if (!existsSync(path)) await writeCompany(path, largeCompany(accounts, grants, index === 1));
  }
  return paths;
}
