import type { CommandContext } from '../commands/command.ts';
import { openFile, openFileAt } from '../file/open-file.ts';
import { resourceName } from '../lists/resource-facts.ts';
import { resourceVariable } from '../lists/variables.ts';
import { outputFormat } from '../output/format.ts';
import type { List } from '../output/list.ts';
import { listPrinter } from '../output/print-list.ts';
import { type DiffRow, diffRows } from './diff-rows.ts';
import { pickSyncs } from './pick-syncs.ts';
import { printByPerson } from './print-by-person.ts';
import { printDiffDocument } from './print-document.ts';

const diffList: List<DiffRow> = {
  jsonRoot: 'differences',
  columns: [
    { title: 'Change', cell: ({ change }) => change },
    { title: 'Kind', cell: ({ kind }) => kind.slice(0, -1) },
    { title: 'Principal', cell: ({ principal }) => (principal === undefined ? '' : resourceName(principal)) },
    { title: 'Name', cell: ({ name }) => name },
    { title: 'Resource Type', cell: ({ typeName }) => typeName },
    { title: 'ID', cell: ({ id }) => id },
    { title: 'Principal ID', cell: ({ principal }) => principal?.id?.resource ?? '', extra: true },
  ],
  variables: {
    difference: {
      change: (row) => row.change,
      kind: (row) => row.kind.slice(0, -1),
      id: (row) => row.id,
      name: (row) => row.name,
    },
    principal: resourceVariable(({ principal }) => principal),
  },
  json: ({ change, kind, json }) => `{"change":"${change}","kind":"${kind.slice(0, -1)}","value":${json()}}`,
};

/** Flags that ask for rows instead of the whole picture. */
const rowQuestions = ['columns', 'filter', 'limit', 'sort'];

export async function showDiff(context: CommandContext): Promise<undefined> {
  const { flags, signal } = context;
  const printer = await listPrinter(context, diffList);
  await using file = await openFile(context);
  const basePath = flags.optional('base-file');
  await using baseFile = basePath === undefined ? undefined : await openFileAt(basePath, signal);
  const syncs = pickSyncs(file, baseFile, flags);
  const format = outputFormat(flags);
  const asksForRows = rowQuestions.some((name) => flags.isSet(name));
  if (format === 'json' && !asksForRows) await printDiffDocument(diffRows(syncs), signal);
  else if (format === 'console' && !asksForRows) await printByPerson(syncs, diffRows(syncs), signal);
  else await printer.print(diffRows(syncs));
}
