import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Command } from './command.ts';

/** Scripts for the Go tool may call it: they are told why it is not here. */
export const toPebbleCommand: Command = {
  name: 'to-pebble',
  hidden: true,
  summary: 'Not offered: says why',
  usage: 'to-pebble',
  details: 'The Go tool converts a file to its v3 format with this command. This one reads and writes v1 only.',
  flags: [
    { name: 'out', kind: 'string', group: 'Output', description: 'Taken as the Go tool takes it' },
    { name: 'batch-size', kind: 'int', group: 'Output', hidden: true, description: 'Taken as the Go tool takes it' },
    { name: 'tmp-dir', kind: 'string', group: 'Output', hidden: true, description: 'Taken as the Go tool takes it' },
  ],
  run: () => {
    throw new BatonError(
      Code.Unimplemented,
      'to-pebble is not offered: Pebble is a storage engine of the Go tools alone, and its v3 files cannot be read by ' +
        'others. Every tool reads the v1 file that you have; the Go baton converts it where v3 is needed',
    );
  },
};
