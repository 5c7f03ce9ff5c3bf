import type { Flags } from '../cli/flags.ts';

const RESET = '\u001B[0m';
const CYAN = '\u001B[36m';

/** Paints text, or leaves it as it is. */
export type Paint = (text: string) => string;

/**
 * `--color` decides; `auto` paints on a terminal unless `NO_COLOR` is set to anything (`cli.md §C.1`, and no colour in
 * pipes, §E).
 */
export function wantsColor(flags: Flags, env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const choice = flags.string('color');
  if (choice !== 'auto') return choice === 'always';
  return isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

export function cyan(colored: boolean): Paint {
  return colored ? (text) => `${CYAN}${text}${RESET}` : (text) => text;
}
