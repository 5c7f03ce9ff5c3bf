import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlagSpec, ProgramDescription } from '@baton-ts/command-line';
import { describeProgram } from '@baton-ts/connector-sdk/describe-program';
import { description as consoleDescription } from '@baton-ts/console-server/describe-program';
import { sendgridOutline } from 'baton-sendgrid/outline';
import { root } from './paths.ts';

export const programs = {
  'baton-sendgrid': { description: describeProgram(sendgridOutline), sources: ['connector-sdk', 'sendgrid', 'c1z'] },
  console: { description: consoleDescription, sources: ['console-server'] },
} as const satisfies Record<string, { description: ProgramDescription; sources: readonly string[] }>;

export type Program = keyof typeof programs;

/** The settings of a program that this version honours, as its own code lists them. */
export function flagsOf(program: Program): readonly FlagSpec[] {
  const general = new Set(['help', 'version']);
  return programs[program].description.flags.filter(
    ({ name, unavailable }) => unavailable === undefined && !general.has(name),
  );
}

export function variablesOf(program: Program, flag: FlagSpec): readonly string[] {
  return programs[program].description.variablesOf(flag);
}

/** The environment variables that a program reads: those of its flags, and those that its sources name. */
export function knownVariables(program: Program): ReadonlySet<string> {
  return new Set([...flagsOf(program).flatMap((flag) => variablesOf(program, flag)), ...namedVariables(program)]);
}

/** Variables without a flag, as far as the sources name them. */
function namedVariables(program: Program): readonly string[] {
  return programs[program].sources.flatMap((name) => {
    const folder = join(root, 'packages', name, 'src');
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('test'))
      .flatMap((file) => [
        ...readFileSync(join(folder, file), 'utf8').matchAll(
          /\benv\[['"]([A-Z][A-Z0-9_]+)['"]\]|['"](BATON_[A-Z0-9_]+)['"]/g,
        ),
      ])
      .map(([, read, named = '']) => read ?? named);
  });
}
