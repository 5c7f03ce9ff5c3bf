import { Sink } from '../output/sink.ts';
import { Sorter } from '../output/sorter.ts';
import { type Change, type DiffRow, kinds } from './diff-rows.ts';

const changes: readonly Change[] = ['created', 'deleted', 'modified'];

/** The document that `baton diff` has always printed (`baton.v1.C1ZDiffOutput`), in a stable order. */
export async function printDiffDocument(rows: Iterable<DiffRow>, signal: AbortSignal): Promise<void> {
  using sorter = new Sorter([false, false]);
  for (const { kind, change, id, json } of rows) {
    signal.throwIfAborted();
    sorter.add([placeOf(kinds.indexOf(kind), changes.indexOf(change)), id], [kind, change, json()]);
  }
  const sink = await Sink.open(process.env);
  try {
    let [openKind, openChange] = ['', ''];
    const openedKinds = new Set<string>();
    const closeKind = (): string => (openKind === '' ? '' : openChange === '' ? '}' : ']}');
    const openUpTo = (wanted: string): string => {
      let text = '';
      for (const kind of kinds) {
        if (openedKinds.has(kind)) continue;
        text += `${closeKind()}${openedKinds.size === 0 ? '{' : ','}"${kind}":{`;
        openedKinds.add(kind);
        [openKind, openChange] = [kind, ''];
        if (kind === wanted) break;
      }
      return text;
    };
    for (const rendered of sorter.sorted(Number.POSITIVE_INFINITY)) {
      const [kind = '', change = '', json = ''] = rendered;
      let text = kind === openKind ? '' : openUpTo(kind);
      if (change === openChange) text += ',';
      else text += `${openChange === '' ? '' : '],'}"${change}":[`;
      openChange = change;
      await sink.write(text + json);
      if (sink.closed) return;
    }
    await sink.write(`${openUpTo('')}${closeKind()}}`);
  } finally {
    await sink.end();
  }
}

const placeOf = (kind: number, change: number): string => `${kind}${change}`;
