import type { RowChanges, SyncChanges, SyncStats } from '@baton-ts/c1z';

/** What a finished sync is told to the person in. */
export interface SyncSummary {
  readonly file: string;
  readonly syncId: string;
  readonly resumed: boolean;
  readonly stats: SyncStats;
  /** Against the previous finished full sync in the same file, if there is one and this sync is full too. */
  readonly changes: SyncChanges | undefined;
  readonly warnings: readonly string[];
  readonly requests: number;
  readonly elapsedMs: number;
}

const COUNTED = ['resources', 'entitlements', 'grants'] as const;
type Counted = (typeof COUNTED)[number];
const CHANGED = ['added', 'removed', 'changed'] as const;
const SIGNS = { added: '+', removed: '−', changed: '~' } as const;

/** How many there are, and how many of them differ from the previous sync. */
interface Cell {
  readonly count: number;
  readonly changes: Readonly<Record<keyof RowChanges, number>> | undefined;
}

function cellOf({ stats, changes }: SyncSummary, what: Counted, type: string | undefined): Cell {
  const count = type === undefined ? stats[what] : (stats[`${what}ByResourceType`][type] ?? 0);
  if (changes === undefined) return { count, changes };
  const rows = (how: keyof RowChanges): number => {
    const byType = changes[what][how];
    return type === undefined ? Object.values(byType).reduce((sum, one) => sum + one, 0) : (byType[type] ?? 0);
  };
  return { count, changes: { added: rows('added'), removed: rows('removed'), changed: rows('changed') } };
}

function typesOf({ stats, changes }: SyncSummary): string[] {
  const counted = COUNTED.flatMap((what) => [
    ...Object.keys(stats[`${what}ByResourceType`]),
    ...CHANGED.flatMap((how) => Object.keys(changes?.[what][how] ?? {})),
  ]);
  return [...new Set(counted)].sort();
}

/** The summary as JSON, for `--output json`. Changes are left out when there is nothing to compare with. */
export function summaryJson(summary: SyncSummary): string {
  const row = (type: string | undefined): object =>
    Object.fromEntries(
      COUNTED.map((what) => {
        const { count, changes } = cellOf(summary, what, type);
        return [what, { count, ...changes }];
      }),
    );
  return JSON.stringify({
    file: summary.file,
    syncId: summary.syncId,
    resumed: summary.resumed,
    total: row(undefined),
    byResourceType: Object.fromEntries(typesOf(summary).map((type) => [type, row(type)])),
    warnings: summary.warnings,
    requests: summary.requests,
    elapsedMs: Math.round(summary.elapsedMs),
  });
}

/** The summary as a table. */
export function summaryText(summary: SyncSummary): string {
  const row = (type: string | undefined): string[] => [
    type ?? 'total',
    ...COUNTED.map((what) => cellText(cellOf(summary, what, type))),
  ];
  const rows = [['', 'Resources', 'Entitlements', 'Grants'], ...typesOf(summary).map(row), row(undefined)];
  return [
    ...table(rows),
    ...summary.warnings.map((warning) => `Warning: ${warning}`),
    `Wrote ${summary.file}: ${number(summary.requests)} requests, ${seconds(summary.elapsedMs)}.` +
      `${summary.resumed ? ' Resumed an interrupted sync.' : ''}${legend(summary)}`,
    '',
  ].join('\n');
}

function cellText({ count, changes }: Cell): string {
  const marks = CHANGED.flatMap((how) => (changes?.[how] ? [`${SIGNS[how]}${number(changes[how])}`] : []));
  return marks.length === 0 ? number(count) : `${number(count)} (${marks.join(' ')})`;
}

function legend({ changes }: SyncSummary): string {
  if (changes === undefined) return '';
  const isSame = COUNTED.every((what) => CHANGED.every((how) => Object.keys(changes[what][how]).length === 0));
  if (isSame) return ' Nothing changed since the previous sync in the file.';
  return ' In brackets: added +, removed −, changed ~ since the previous sync in the file.';
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

const number = (value: number): string => value.toLocaleString('en-US');
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
