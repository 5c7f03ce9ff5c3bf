import { envName, type ProgramDescription } from '@baton-ts/command-line';
import type { ConnectorOutline } from '../run-connector.ts';
import { builtInFlags } from './built-in-flags.ts';
import { commands } from './commands.ts';
import { connectorFlags } from './connector-flags.ts';
import { generalFlags } from './general-flags.ts';

/** What `--help` of a connector is made of, for man pages. */
export function describeProgram(outline: ConnectorOutline): ProgramDescription {
  return {
    name: outline.name,
    summary: outline.description,
    flags: [...connectorFlags(outline.fields, outline.displayName), ...builtInFlags, ...generalFlags],
    commands,
    variablesOf: (flag) => (generalFlags.includes(flag) ? [] : [envName(flag.name)]),
  };
}
