import { oneLine } from './text-width.ts';

/** Says something on stderr that a person should know and a script may ignore. One line. */
export function note(text: string): void {
  process.stderr.write(`note: ${oneLine(text)}\n`);
}
