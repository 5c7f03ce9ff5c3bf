import type { ProgramDescription } from '@baton-ts/command-line';
import { commands } from '../commands/registry.ts';
import { globalFlags } from './global-flags.ts';
import { summary } from './help.ts';

/** What `baton --help` is made of, for man pages and completion scripts. */
export const description: ProgramDescription = {
  name: 'baton',
  summary,
  flags: globalFlags,
  commands,
  variablesOf: () => [],
};
