import type { AuditEvent } from '@baton-ts/console-api';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { Count } from '../../components/count.tsx';
import { useListAddress } from '../../components/list-address.ts';
import { type ListColumn, ListTable, useList } from '../../components/list-table.tsx';
import { Note } from '../../components/note.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { NothingMatches } from '../../components/nothing-matches.tsx';
import classes from './administration.module.css';

const columns: readonly ListColumn<AuditEvent>[] = [
  {
    id: 'at',
    title: 'When',
    rank: 1,
    width: '20%',
    cell: ({ at, seq }) => (
      <TwoLines
        first={new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })}
        second={`record ${seq}`}
      />
    ),
  },
  { id: 'actor', title: 'Who', rank: 1, cell: ({ actor, ip }) => <TwoLines first={actor.displayName} second={ip} /> },
  { id: 'action', title: 'What', rank: 1, cell: ({ action }) => <span className="mono">{action}</span> },
  {
    id: 'target',
    title: 'Of',
    cell: ({ target }) => (target === null ? '–' : <TwoLines first={target.displayName} second={target.kind} />),
  },
  { id: 'change', title: 'Before and after', width: '28%', rank: 3, cell: (event) => <Changed event={event} /> },
];

/** Who changed what, and is the record whole? */
export function SystemLogPage() {
  const [{ q = '' }, change] = useListAddress();
  const chain = useQuery({
    queryKey: ['log-verification'],
    queryFn: ({ signal }) => call('GET /api/v1/systemlog/verification', {}, signal),
  });
  const query = useList(['system-log', q], (pageToken, signal) =>
    call('POST /api/v1/systemlog/events', { body: { query: q, pageSize: 50, pageToken } }, signal),
  );
  return (
    <Page title="System log" crumbs={[{ label: 'Administration' }, { label: 'System log' }]}>
      <PageHead title="System log">Every change, by whom, in a chain that shows when a record was altered.</PageHead>
      {chain.data !== undefined && (
        <div className={classes['band']}>
          {chain.data.whole ? (
            <Note title={`Whole: ${chain.data.records.toLocaleString('en')} records, each bound to the one before.`}>
              <span className="mono">{chain.data.headHash}</span>
            </Note>
          ) : (
            <Note tone="critical" title={`Broken at record ${chain.data.brokenAt ?? '?'}.`}>
              {chain.data.reason}
            </Note>
          )}
        </div>
      )}
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder="Search the log"
        right={
          <>
            <Count total={query.data?.pages[0]?.totalCount} word="record" words="records" />
            <a href="/api/v1/systemlog/export" download>
              Export
            </a>
          </>
        }
      />
      <ListTable
        label="System log"
        columns={columns}
        query={query}
        rowKey={({ seq }) => String(seq)}
        sort=""
        onSort={() => undefined}
        empty={<NothingMatches isFiltered={q !== ''} what="record" onClear={() => change({ q: '' })} />}
      />
    </Page>
  );
}

function Changed({ event: { before, after } }: { readonly event: AuditEvent }) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return (
    <span
      className={classes['changed']}
      title={names.map((name) => `${name}: ${text(before[name])} → ${text(after[name])}`).join('\n')}
    >
      {names.map((name) => (
        <span key={name}>
          {name} {before[name] !== undefined && <del>{text(before[name])}</del>}{' '}
          {after[name] !== undefined && text(after[name])}
        </span>
      ))}
    </span>
  );
}

function text(value: unknown): string {
  return value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
}
