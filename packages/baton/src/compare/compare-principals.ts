import type { SyncReader } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { CommandContext } from '../commands/command.ts';
import { openFile, openFileAt, pickLatestSync, pickSync } from '../file/open-file.ts';
import { hintAtUnknown } from '../lists/hints.ts';
import { Joins } from '../lists/joins.ts';
import { type ResourceRow, resourceList, resourceRow } from '../lists/resources.ts';
import { cyan, wantsColor } from '../output/color.ts';
import { ConsoleTable } from '../output/console-table.ts';
import { outputFormat } from '../output/format.ts';
import type { List } from '../output/list.ts';
import { listPrinter } from '../output/print-list.ts';
import { Sink } from '../output/sink.ts';
import { PrincipalIndex } from './same-principal.ts';

/** Who holds one entitlement of one sync. */
interface Side {
  readonly sync: SyncReader | undefined;
  readonly entitlementId: string;
  readonly joins: Joins | undefined;
}

type Difference = 'missing' | 'extra';

interface ComparedRow extends ResourceRow {
  readonly difference: Difference;
}

const comparedList: List<ComparedRow> = {
  jsonRoot: 'differences',
  columns: [{ title: 'Difference', cell: ({ difference }) => difference }, ...resourceList.columns],
  variables: resourceList.variables,
  json: (row) => `{"difference":"${row.difference}","value":${resourceList.json(row)}}`,
};

const rowQuestions = ['columns', 'filter', 'limit', 'sort'];

export async function comparePrincipals(context: CommandContext): Promise<undefined> {
  const { flags, signal } = context;
  const entitlementId = flags.string('entitlement');
  if (entitlementId === '') {
    throw new BatonError(
      Code.Unknown,
      'principals compare needs an entitlement: -e ID. "baton entitlements" lists them',
    );
  }
  const printer = await listPrinter(context, comparedList);
  await using file = await openFile(context);
  await using compareFile = await openFileAt(flags.string('compare-file'), signal);
  const base = side(pickSync(file, flags), entitlementId);
  const compared = side(pickLatestSync(compareFile), flags.optional('compare-entitlement') ?? entitlementId);

  const format = outputFormat(flags);
  if (rowQuestions.some((name) => flags.isSet(name)) || format === 'jsonl' || format === 'csv') {
    await printer.print(differences(base, compared));
  } else if (format === 'json') {
    await printDocument(base, compared, signal);
  } else {
    const match = `The principals of ${base.entitlementId} in ${file.name} and of ${compared.entitlementId} in ${compareFile.name} match.\n`;
    await printTables(differences(base, compared), {
      match,
      head: cyan(wantsColor(flags, process.env, process.stdout.isTTY)),
      signal,
    });
  }
  base.joins?.tellMissing();
  compared.joins?.tellMissing();
}

function side(sync: SyncReader | undefined, entitlementId: string): Side {
  if (sync !== undefined) hintAtUnknown(sync, { entitlementId });
  return { sync, entitlementId, joins: sync === undefined ? undefined : new Joins(sync) };
}

function* principals({ sync, entitlementId, joins }: Side): Generator<ResourceRow> {
  if (sync === undefined || joins === undefined) return;
  for (const ref of sync.principals({ entitlementId })) yield resourceRow(joins.resource(ref), joins);
}

/** Only what tells principals apart is held of one side at a time; rows pass by. */
function* onlyIn(one: Side, other: Side): Generator<ResourceRow> {
  const index = new PrincipalIndex();
  for (const { resource } of principals(other)) index.add(resource);
  for (const row of principals(one)) if (!index.has(row.resource)) yield row;
}

function* differences(base: Side, compared: Side): Generator<ComparedRow> {
  for (const row of onlyIn(base, compared)) yield { ...row, difference: 'missing' };
  for (const row of onlyIn(compared, base)) yield { ...row, difference: 'extra' };
}

/** `baton.v1.PrincipalsCompareOutput`; lists that are empty are left out, as protobuf JSON does. */
async function printDocument(base: Side, compared: Side, signal: AbortSignal): Promise<void> {
  const sink = await Sink.open(process.env);
  try {
    let separator = '{';
    const lists = {
      missing: onlyIn(base, compared),
      extra: onlyIn(compared, base),
      base: principals(base),
      compared: principals(compared),
    };
    for (const [name, rows] of Object.entries(lists)) {
      let before = `${separator}"${name}":[`;
      for (const row of rows) {
        signal.throwIfAborted();
        await sink.write(before + resourceList.json(row));
        before = ',';
        separator = ',';
        if (sink.closed) return;
      }
      if (before === ',') await sink.write(']');
    }
    await sink.write(separator === '{' ? '{}' : '}');
  } finally {
    await sink.end();
  }
}

const headings: Readonly<Record<Difference, string>> = { missing: 'Missing Principals', extra: 'Extra Principals' };

async function printTables(
  rows: Iterable<ComparedRow>,
  look: { readonly match: string; readonly head: (text: string) => string; readonly signal: AbortSignal },
): Promise<void> {
  const columns = resourceList.columns.filter((column) => column.extra !== true);
  const titles = columns.map((column) => column.title);
  const sink = await Sink.open(process.env);
  try {
    let table: ConsoleTable | undefined;
    let current: Difference | undefined;
    for (const row of rows) {
      look.signal.throwIfAborted();
      if (row.difference !== current) {
        await sink.write(`${table?.end() ?? ''}${headings[row.difference]}\n`);
        table = new ConsoleTable(titles, look.head, process.stdout.isTTY);
        current = row.difference;
      }
      const cells = columns.map((column) => column.cell(row) || (column.placeholder ?? ''));
      await sink.write(table?.row(cells) ?? '');
      if (sink.closed) return;
    }
    await sink.write(table?.end() ?? look.match);
  } finally {
    await sink.end();
  }
}
