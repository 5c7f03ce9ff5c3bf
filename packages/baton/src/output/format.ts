import type { Flags } from '../cli/flags.ts';
import { outputFormats } from '../cli/global-flags.ts';
import { note } from './note.ts';

export type Format = (typeof outputFormats)[number];

/** What `-o` asks for. An unknown word means console, as it always did (`cli.md §C.1`), and that is said. */
export function outputFormat(flags: Flags): Format {
  const word = flags.string('output-format');
  const format = outputFormats.find((one) => one === word);
  if (format === undefined)
    note(`there is no output format "${word}", this is console; there are ${outputFormats.join(', ')}`);
  return format ?? 'console';
}
