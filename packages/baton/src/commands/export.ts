import type { FlagSpec } from '@baton-ts/command-line';
import type { Command } from './command.ts';

function outFlag(path: string): FlagSpec {
  return { name: 'out', kind: 'string', default: path, group: 'Output', description: 'The file to write' };
}

const rows =
  'One row for each person, each entitlement and each entitlement that a person holds, in stored order, with the columns\n' +
  'that ConductorOne takes. A file of that name is replaced once the new one is whole.';

export const exportCsvCommand: Command = {
  name: 'export csv',
  summary: 'Write people, entitlements and grants as CSV',
  usage: 'export csv [--out FILE] [flags]',
  details: `${rows} Cells that a spreadsheet would run as a formula begin with an apostrophe.`,
  flags: [outFlag('./sync.csv')],
  run: async (context) => (await import('../export/export-csv.ts')).exportCsv(context),
};

export const exportXlsxCommand: Command = {
  name: 'export xlsx',
  summary: 'Write the same as an Excel sheet',
  usage: 'export xlsx [--out FILE] [flags]',
  details: `${rows} At most 300,000 rows; CSV has no limit.`,
  flags: [outFlag('./sync.xlsx')],
  run: async (context) => (await import('../export/export-xlsx.ts')).exportXlsx(context),
};

export const exportC1zCommand: Command = {
  name: 'export c1z',
  summary: 'Write one sync as a .c1z file of its own',
  usage: 'export c1z [--out FILE] [--sync-id SYNC] [flags]',
  details: 'Copies the latest complete sync, or the one that --sync-id names, into a new file, which must not exist.',
  flags: [outFlag('./latest.c1z')],
  run: async (context) => (await import('../export/export-c1z.ts')).exportC1z(context),
};
