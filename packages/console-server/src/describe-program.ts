import type { ProgramDescription } from '@baton-ts/command-line';
import { commands, flags, summary, variablesOf } from './command-flags.ts';

/** What `console --help` is made of, for man pages and completion scripts. */
export const description: ProgramDescription = { name: 'console', summary, flags, commands, variablesOf };
