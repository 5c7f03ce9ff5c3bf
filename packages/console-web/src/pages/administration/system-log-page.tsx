import type { AuditEvent } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { IconDownload, IconLinkOff, IconServerCog } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { call } from '../../api/client.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Count } from '../../components/count.tsx';
import { known, knownOne, useListAddress } from '../../components/list-address.ts';
import { type ListColumn, ListTable, rowsOf, useList } from '../../components/list-table.tsx';
import { NothingMatches } from '../../components/nothing-matches.tsx';
import { SearchChip } from '../../components/search-chip.tsx';
import { FilterChip, Toolbar } from '../../components/toolbar.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { ChainBand, useChain } from './chain-band.tsx';
import { actionsOf, eventGroups, eventText } from './event-text.ts';
import { findActors, findTargets, knownActors } from './find-in-log.ts';
import { exactTime, RecordInspector } from './record-inspector.tsx';
import classes from './system-log-page.module.css';

const groups = eventGroups.map(([value]) => value);
const spans = [
  ['1', 'Last 24 hours'],
  ['7', 'Last 7 days'],
  ['30', 'Last 30 days'],
] as const;
const spanDays = spans.map(([value]) => value);
const dayMs = 86_400_000;
const minuteMs = 60_000;

/** Who changed what, and is the record whole? */
export function SystemLogPage() {
  const [address, change] = useListAddress();
  const { q = '', view, who = '', object = '' } = address;
  const kinds = known(address.kind, groups);
  const span = knownOne(address.how, spanDays);
  const since = useMemo(() => sinceOf(span), [span]);
  const chain = useChain();
  const query = useList(['system-log', q, kinds, since, who, object], (pageToken, signal) =>
    call(
      'POST /api/v1/systemlog/events',
      {
        body: {
          query: q,
          actions: actionsOf(kinds),
          actorIds: who === '' ? [] : [who],
          targetIds: object === '' ? [] : [object],
          ...(since !== undefined && { since }),
          pageSize: 50,
          pageToken,
        },
      },
      signal,
    ),
  );
  const seq = view !== undefined && /^\d{1,15}$/.test(view) ? Number(view) : undefined;
  const brokenAt = chain.data?.brokenAt ?? null;
  const columns = useMemo(() => columnsOf(seq, brokenAt), [seq, brokenAt]);
  const chips = [kinds.length > 0, span !== undefined, who !== '', object !== ''].filter(Boolean).length;
  const clear = () => change({ q: '', kind: [], how: '', who: '', object: '' });
  // Every record that is found names them.
  const [first] = rowsOf(query.data);
  const actor = first?.actor.id === who ? first.actor.displayName : knownActors.get(who);
  const target = first?.target?.id === object ? first.target.displayName : undefined;
  const exportQuery = since === undefined ? '' : `?since=${encodeURIComponent(since)}`;
  return (
    <Page title="System log" crumbs={[{ label: 'Administration' }, { label: 'System log' }]}>
      <PageHead title="System log">Every change, by whom and when. Records are only ever added.</PageHead>
      <ChainBand chain={chain} />
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder="Search who, what, number"
        filters={chips}
        onClear={clear}
        right={<Count total={query.data?.pages[0]?.totalCount} word="record" words="records" />}
        tools={
          <>
            <span className={classes['zone']}>times are {zoneName()}</span>
            <Button
              size="sm"
              variant="default"
              component="a"
              href={`/api/v1/systemlog/export${exportQuery}`}
              download="system-log.jsonl"
              leftSection={<IconDownload size={14} stroke={1.7} aria-hidden />}
              title={span === undefined ? 'Every record, as JSON lines' : 'Every record of this time, as JSON lines'}
            >
              Export
            </Button>
          </>
        }
      >
        <FilterChip
          name="Time"
          options={spans.map(([value, text]) => ({ value, text, label: text }))}
          chosen={span === undefined ? [] : [span]}
          onChoose={(chosen) => change({ how: chosen.at(-1) ?? '' })}
        />
        <SearchChip
          name="Who"
          chosen={who}
          text={actor}
          find={findActors}
          onChoose={(choice) => change({ who: choice?.value ?? '' })}
        />
        <SearchChip
          name="To whom or what"
          chosen={object}
          text={target}
          find={findTargets}
          onChoose={(choice) => change({ object: choice?.value ?? '' })}
        />
        <FilterChip
          name="Event"
          options={eventGroups.map(([value, text]) => ({ value, text, label: text }))}
          chosen={kinds}
          onChoose={(kind) => change({ kind })}
        />
      </Toolbar>
      <div className={classes['split']} data-open={seq !== undefined}>
        <div className={classes['log']}>
          <ListTable
            label="System log"
            columns={columns}
            query={query}
            rowKey={(event) => String(event.seq)}
            sort=""
            onSort={() => undefined}
            empty={<NothingMatches isFiltered={q !== '' || chips > 0} what="record" onClear={clear} />}
          />
        </div>
        {seq !== undefined && (
          <RecordInspector
            seq={seq}
            known={rowsOf(query.data).find((event) => event.seq === seq)}
            onClose={() => change({ view: '' })}
          />
        )}
      </div>
    </Page>
  );
}

function columnsOf(current: number | undefined, brokenAt: number | null): readonly ListColumn<AuditEvent>[] {
  return [
    {
      id: 'seq',
      title: 'No.',
      rank: 1,
      width: '84px',
      cell: ({ seq }) => (
        <Link
          to="."
          search={(before) => ({ ...before, view: String(seq) })}
          replace
          className={classes['number']}
          data-current={seq === current}
          aria-current={seq === current ? 'true' : undefined}
        >
          {seq.toLocaleString('en')}
        </Link>
      ),
    },
    {
      id: 'at',
      title: 'Time',
      rank: 1,
      width: '128px',
      cell: ({ at }) => (
        <time dateTime={at} title={exactTime(at)} className={classes['time']}>
          {logTime(at)}
        </time>
      ),
    },
    { id: 'actor', title: 'Who', rank: 2, width: '22%', cell: (event) => <Who event={event} /> },
    { id: 'what', title: 'What', rank: 1, cell: (event) => <What event={event} isBroken={event.seq === brokenAt} /> },
    { id: 'from', title: 'From', rank: 3, width: '112px', cell: ({ ip }) => ip || '–' },
    {
      id: 'hash',
      title: 'Hash',
      rank: 3,
      width: '104px',
      cell: ({ seq, hash }) => (
        <code className={classes['hash']} data-broken={seq === brokenAt} title={hash}>
          {hash.slice(0, 8)}
        </code>
      ),
    },
  ];
}

function Who({ event: { actor } }: { readonly event: AuditEvent }) {
  return (
    <span className={classes['who']}>
      {actor.kind === 'PERSON' ? (
        <Avatar name={actor.displayName} />
      ) : (
        <IconServerCog size={16} stroke={1.6} aria-hidden />
      )}
      <span dir="auto" title={actor.displayName}>
        {actor.displayName}
      </span>
    </span>
  );
}

function What({ event, isBroken }: { readonly event: AuditEvent; readonly isBroken: boolean }) {
  const { before, name, after } = eventText(event);
  return (
    <span className={classes['what']} title={[before, name, after].filter(Boolean).join(' ')}>
      {isBroken && (
        <span className={classes['broken']}>
          <IconLinkOff size={14} stroke={1.7} aria-hidden />
          Chain broken here
        </span>
      )}
      {before} {name !== '' && <bdi>{name}</bdi>} {after}
    </span>
  );
}

/** A whole minute, so that the list is asked for once. */
function sinceOf(days: string | undefined): string | undefined {
  if (days === undefined) return undefined;
  return new Date(Math.floor(Date.now() / minuteMs) * minuteMs - Number(days) * dayMs).toISOString();
}

/** `10:41:07` today, with the day before it otherwise. */
function logTime(at: string): string {
  const time = new Date(at);
  const clock = time.toLocaleTimeString('en-GB');
  const isToday = time.toDateString() === new Date().toDateString();
  return isToday ? clock : `${time.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${clock}`;
}

function zoneName(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (timeZone === 'UTC') return timeZone;
  const hours = -new Date().getTimezoneOffset() / 60;
  return `${timeZone}, UTC${hours < 0 ? '−' : '+'}${Math.abs(hours)}`;
}
