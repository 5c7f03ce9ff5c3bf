import type { Command } from './command.ts';

export const dumpDbCommand: Command = {
  name: 'dump-db',
  hidden: true,
  summary: 'Write the SQLite database that is in the file',
  usage: 'dump-db [--out FILE] [flags]',
  details: 'Unpacks the database as it is, for other tools. A file of that name must not exist.',
  flags: [{ name: 'out', kind: 'string', default: './sync.db', group: 'Output', description: 'The file to write' }],
  run: async (context) => (await import('../maintenance/dump-db.ts')).dumpDb(context),
};
