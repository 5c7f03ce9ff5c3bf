import { helpCommand as words } from '@baton-ts/command-line';
import { findCommand, unknownCommand } from '../cli/find-command.ts';
import { commandHelp, rootHelp } from '../cli/help.ts';
import type { Command } from './command.ts';

export const helpCommand: Command = {
  ...words,
  flags: [],
  takesWords: true,
  run: ({ words, commands }) => {
    const found = findCommand(words, commands);
    if (found === undefined && words.length > 0) throw unknownCommand(words.join(' '), commands);
    process.stdout.write(found === undefined ? rootHelp(commands) : commandHelp(found.command));
    return Promise.resolve(undefined);
  },
};
