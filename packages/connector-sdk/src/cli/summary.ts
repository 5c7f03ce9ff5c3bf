import type { SyncStats } from '@baton-ts/c1z';

/** What a finished sync is told to the person in. */
export interface SyncSummary {
  readonly file: string;
  readonly syncId: string;
  readonly resumed: boolean;
  readonly stats: SyncStats;
  /** The previous finished full sync in the same file, if there is one and this sync is full too. */
  readonly previous: SyncStats | undefined;
  readonly warnings: readonly string[];
  readonly requests: number;
  readonly elapsedMs: number;
}

const COUNTED = ['resources', 'entitlements', 'grants'] as const;
type Counted = (typeof COUNTED)[number];

function countOf(stats: SyncStats, what: Counted, type: string): number {
  return stats[`${what}ByResourceType`][type] ?? 0;
}

function typesOf(summary: SyncSummary): string[] {
  const stats = summary.previous === undefined ? [summary.stats] : [summary.stats, summary.previous];
  return [
    ...new Set(stats.flatMap((one) => COUNTED.flatMap((what) => Object.keys(one[`${what}ByResourceType`])))),
  ].sort();
}

/** The summary as JSON, for `--output json`. Changes are left out when there is nothing to compare with. */
export function summaryJson(summary: SyncSummary): string {
  const { stats, previous } = summary;
  const change = (now: number, before: number | undefined): object =>
    before === undefined ? {} : { change: now - before };
  const byType = typesOf(summary).map((type) => [
    type,
    Object.fromEntries(
      COUNTED.map((what) => {
        const count = countOf(stats, what, type);
        return [what, { count, ...change(count, previous && countOf(previous, what, type)) }];
      }),
    ),
  ]);
  const totals = COUNTED.map((what) => [what, { count: stats[what], ...change(stats[what], previous?.[what]) }]);
  return JSON.stringify({
    file: summary.file,
    syncId: summary.syncId,
    resumed: summary.resumed,
    total: Object.fromEntries(totals),
    byResourceType: Object.fromEntries(byType),
    warnings: summary.warnings,
    requests: summary.requests,
    elapsedMs: Math.round(summary.elapsedMs),
  });
}

/** The summary as a table. */
export function summaryText(summary: SyncSummary): string {
  const { stats, previous } = summary;
  const cell = (now: number, before: number | undefined): string => {
    const difference = before === undefined ? 0 : now - before;
    if (difference === 0) return number(now);
    return `${number(now)} (${difference > 0 ? '+' : '−'}${number(Math.abs(difference))})`;
  };
  const rows = [
    ['', 'Resources', 'Entitlements', 'Grants'],
    ...typesOf(summary).map((type) => [
      type,
      ...COUNTED.map((what) => cell(countOf(stats, what, type), previous && countOf(previous, what, type))),
    ]),
    ['total', ...COUNTED.map((what) => cell(stats[what], previous?.[what]))],
  ];
  const since = previous === undefined ? '' : ' In brackets: the change since the previous sync in the file.';
  return [
    ...table(rows),
    ...summary.warnings.map((warning) => `Warning: ${warning}`),
    `Wrote ${summary.file}: ${number(summary.requests)} requests, ${seconds(summary.elapsedMs)}.` +
      `${summary.resumed ? ' Resumed an interrupted sync.' : ''}${since}`,
    '',
  ].join('\n');
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
