import { completionScript, shells, completionCommand as words } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { allFlags } from '../cli/find-command.ts';
import type { Command } from './command.ts';

export const completionCommand: Command = {
  ...words,
  details: words.details.replaceAll('NAME', 'baton'),
  flags: [
    { name: 'no-descriptions', kind: 'bool', group: 'Completion', description: 'Words only, without what they mean' },
  ],
  takesWords: true,
  run: ({ flags, words: [word, ...more], commands }) => {
    const shell = shells.find((one) => one === word);
    if (shell === undefined || more.length > 0) {
      throw new BatonError(Code.Unknown, `completion needs the name of one shell: ${shells.join(', ')}`);
    }
    const program = { name: 'baton', commands: oneWord(commands), specs: allFlags(commands) };
    process.stdout.write(completionScript(shell, { ...program, descriptions: !flags.bool('no-descriptions') }));
    return Promise.resolve(undefined);
  },
};

/** A shell completes one word at a time: `export csv` is offered as `export`. */
function oneWord(commands: readonly Command[]): Command[] {
  const byWord = new Map<string, Command>();
  for (const command of commands) {
    const name = command.name.split(' ', 1)[0] ?? '';
    if (command.hidden !== true && !byWord.has(name)) byWord.set(name, { ...command, name });
  }
  return [...byWord.values()];
}
