import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { completionScript, type Shell, shells } from '@baton-ts/command-line';
import { manPage } from './man-page.ts';
import { root } from './paths.ts';
import type { Program } from './programs.ts';
import type { ArchiveEntry } from './tar.ts';

/** The file names that each shell looks for. */
const completionFile: Readonly<Record<Shell, (name: string) => string>> = {
  bash: (name) => `${name}.bash`,
  zsh: (name) => `_${name}`,
  fish: (name) => `${name}.fish`,
  powershell: (name) => `${name}.ps1`,
};

/** What lies beside a program in its archive: licences, the manual page, completion scripts. */
export function documentsOf({ description }: Program, licences: string, timeSeconds: number): ArchiveEntry[] {
  const { name, commands, flags: specs } = description;
  const words = [...new Map(commands.map((command) => [command.name.split(' ', 1)[0] ?? '', command] as const))];
  const oneWord = words.map(([word, command]) => ({ ...command, name: word }));
  return [
    { path: 'LICENSE', content: readFileSync(join(root, 'LICENSE')) },
    { path: 'THIRD_PARTY_LICENSES.txt', content: licences },
    { path: `man/${name}.1`, content: manPage(description, timeSeconds) },
    ...shells.map((shell) => ({
      path: `completions/${completionFile[shell](name)}`,
      content: completionScript(shell, { name, commands: oneWord, specs, descriptions: true }),
    })),
  ];
}
