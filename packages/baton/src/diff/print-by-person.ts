import { resourceName } from '../lists/resource-facts.ts';
import { Sink } from '../output/sink.ts';
import { Sorter } from '../output/sorter.ts';
import type { Change, DiffRow, Kind } from './diff-rows.ts';
import type { SyncPair } from './pick-syncs.ts';

const signs: Readonly<Record<Change, string>> = { created: '+', deleted: '-', modified: '~' };
/** Who gained and lost what comes first: it is what the reader asks for. */
const sections: Readonly<Record<Kind, readonly [place: string, title: string]>> = {
  grants: ['0', 'Who gained and lost what'],
  resources: ['1', 'Resources'],
  entitlements: ['2', 'Entitlements'],
};

/** The differences for a person: grants by who holds them, then resources and entitlements by type. */
export async function printByPerson(syncs: SyncPair, rows: Iterable<DiffRow>, signal: AbortSignal): Promise<void> {
  using sorter = new Sorter([false, false, false]);
  const counts = { created: 0, deleted: 0, modified: 0 };
  for (const row of rows) {
    signal.throwIfAborted();
    counts[row.change] += 1;
    const [place, title] = sections[row.kind];
    const head = headOf(row);
    const line = `  ${signs[row.change]} ${row.kind === 'grants' ? `${row.name} (${row.typeName})` : row.name}`;
    sorter.add([place, head, line.slice(4)], [title, head, line]);
  }
  const sink = await Sink.open(process.env);
  try {
    await sink.write(`Compared ${describe(syncs.before)} with ${describe(syncs.after)}.\n`);
    const total = counts.created + counts.deleted + counts.modified;
    await sink.write(
      total === 0
        ? 'They are the same.\n'
        : `${counts.created} created (+), ${counts.deleted} deleted (-), ${counts.modified} modified (~).\n`,
    );
    let [lastTitle, lastHead] = ['', ''];
    for (const rendered of sorter.sorted(Number.POSITIVE_INFINITY)) {
      const [title = '', head = '', line = ''] = rendered;
      const titleText = title === lastTitle ? '' : `\n${title}\n`;
      const headText = titleText === '' && head === lastHead ? '' : `${head}\n`;
      [lastTitle, lastHead] = [title, head];
      await sink.write(`${titleText}${headText}${line}\n`);
      if (sink.closed) return;
    }
  } finally {
    await sink.end();
  }
}

function headOf({ principal, typeName }: DiffRow): string {
  if (principal === undefined) return typeName;
  const { resourceType = '', resource = '' } = principal.id ?? {};
  return `${resourceName(principal)} (${resourceType} ${resource})`;
}

function describe({ run }: SyncPair['before']): string {
  const at = (run.endedAt ?? run.startedAt).toISOString().slice(0, 16).replace('T', ' ');
  return `sync ${run.syncId} (${at} UTC)`;
}
