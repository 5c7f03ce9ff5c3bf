import type { Connector, EndpointResponse } from '@baton-ts/console-api';
import { Button, TextInput, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconDownload, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { call } from '../../api/client.ts';
import { rowsOf } from '../../components/list-table.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { FilterChip } from '../../components/toolbar.tsx';
import classes from './connector-log.module.css';
import { logWords } from './log-words.ts';
import { saveText } from './save-text.ts';
import { useSyncs } from './sync-history.tsx';

type Line = EndpointResponse<'GET /api/v1/apps/{app_id}/connectors/{connector_id}/log'>['lines'][number];

const levels = ['error', 'warn', 'info', 'debug'] as const;
const levelNames = { error: 'Errors', warn: 'Warnings', info: 'Information', debug: 'Details' } as const;
const followMs = 1000;
const idleMs = 10_000;
/** Among so many a sync is looked for: the lines of older ones are not kept. */
const syncsSearched = 100;
/** The last words about a sync come just after its end. */
const afterwardsMs = 2000;
/** So far from its end a list still counts as being at its end. */
const nearEndPx = 24;

/** What the connector said during a sync, newest last; while it works the end stays in view. */
export function LogLines({ connector, log }: { readonly connector: Connector; readonly log: string }) {
  const { lines, query, isLive, isGone } = useLines(connector, log);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<readonly (typeof levels)[number][]>([]);
  const list = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const wanted = text.trim().toLowerCase();
  const shown = lines
    .map((line) => ({ ...line, ...logWords(line.message) }))
    .filter(({ level }) => chosen.length === 0 || chosen.includes(level))
    .filter((line) => `${line.topic} ${line.text} ${line.message}`.toLowerCase().includes(wanted));
  const last = shown.at(-1)?.seq;
  useEffect(() => {
    if (isLive && isFollowing && last !== undefined) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [isLive, isFollowing, last]);
  return (
    <>
      <div className={classes['tools']}>
        <TextInput
          size="xs"
          placeholder="Search this log"
          aria-label="Search this log"
          leftSection={<IconSearch size={14} stroke={1.7} aria-hidden />}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <FilterChip
          name="Level"
          options={levels.map((value) => ({ value, text: levelNames[value], label: levelNames[value] }))}
          chosen={chosen}
          onChoose={setChosen}
        />
        <span role="status">{countText(shown, lines.length)}</span>
      </div>
      {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {isGone && (
        <p className={classes['none']}>This sync is not among the last {syncsSearched}; its lines are not kept.</p>
      )}
      {query.isSuccess && shown.length === 0 && <p className={classes['none']}>{noneText(connector, lines.length)}</p>}
      <div
        ref={list}
        className={classes['lines']}
        role="log"
        aria-label="Log lines"
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          setFollowing(scrollHeight - scrollTop - clientHeight < nearEndPx)
        }
      >
        <ol>
          {shown.map(({ seq, at, level, topic, text: words }) => (
            <li key={seq} data-level={level}>
              <time dateTime={at}>{clockText(at)}</time>
              <span>
                {(level === 'warn' || level === 'error') && (
                  <IconAlertTriangle size={14} stroke={1.7} aria-label={level === 'warn' ? 'Warning' : 'Error'} />
                )}
              </span>
              <span className={classes['topic']}>{topic}</span>
              <span dir="auto">{words}</span>
            </li>
          ))}
        </ol>
      </div>
      <footer className={classes['footer']}>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconDownload size={14} stroke={1.7} aria-hidden />}
          onClick={() => saveText(`${connector.displayName}.log`, fileText(lines))}
        >
          Download log
        </Button>
        <span>Secrets never appear here.</span>
        {log !== 'all' && (
          <Link to="." search={{ log: 'all' }} replace resetScroll={false}>
            Show earlier lines
          </Link>
        )}
        {isLive && (
          <UnstyledButton
            className={classes['follow']}
            aria-pressed={isFollowing}
            onClick={() => setFollowing(!isFollowing)}
          >
            {isFollowing ? 'Following' : 'Follow'}
          </UnstyledButton>
        )}
      </footer>
    </>
  );
}

/** The lines of one sync: of a given one, or of the one under way or the last one. */
function useLines(connector: Connector, log: string) {
  const syncs = useSyncs(connector, syncsSearched);
  const runs = rowsOf(syncs.data);
  const run = log === 'now' ? runs[0] : runs.find(({ id }) => id === log);
  // Without a sync yet, everything there is belongs to now.
  const isKnown = log === 'all' || run !== undefined || (log === 'now' && syncs.isSuccess);
  const isLive = (log === 'now' || log === 'all') && connector.status === 'SYNCING';
  const isWithin = log !== 'all' && run !== undefined;
  const since = isWithin ? run.startedAt : undefined;
  const until =
    isWithin && run.finishedAt !== null ? new Date(Date.parse(run.finishedAt) + afterwardsMs).toISOString() : undefined;
  const query = useQuery({
    queryKey: ['connector-log', connector.id, since, until],
    queryFn: ({ signal }) =>
      call(
        'GET /api/v1/apps/{app_id}/connectors/{connector_id}/log',
        { params: { app_id: connector.appId, connector_id: connector.id }, query: { since, until } },
        signal,
      ),
    enabled: isKnown,
    refetchInterval: isLive ? followMs : idleMs,
    placeholderData: keepPreviousData,
  });
  return { lines: query.data?.lines ?? [], query, isLive, isGone: syncs.isSuccess && !isKnown };
}

function countText(shown: readonly Line[], all: number): string {
  const warnings = shown.filter(({ level }) => level === 'warn').length;
  const errors = shown.filter(({ level }) => level === 'error').length;
  const part = (count: number, word: string): string =>
    count === 0 ? '' : `, ${count} ${count === 1 ? word : `${word}s`}`;
  const lines = shown.length === all ? `${all}` : `${shown.length} of ${all}`;
  return `${lines} ${all === 1 ? 'line' : 'lines'}${part(errors, 'error')}${part(warnings, 'warning')}`;
}

function noneText(connector: Connector, all: number): string {
  if (all > 0) return 'No line matches.';
  return connector.catalogId === 'baton'
    ? 'Nothing here. A connector that runs elsewhere writes its own log there.'
    : 'Nothing was said, or the lines of then are not kept any more.';
}

function clockText(at: string): string {
  const time = new Date(at);
  return `${time.toLocaleTimeString('en-GB')}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

/** As the console keeps them: a machine can read it as well. */
function fileText(lines: readonly Line[]): string {
  return lines.map(({ at, level, message }) => `${at} ${level} ${message}\n`).join('');
}
