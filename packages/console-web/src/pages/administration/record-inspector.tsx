import type { AuditEvent } from '@baton-ts/console-api';
import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { Facts } from '../../components/card.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { eventText } from './event-text.ts';
import classes from './record-inspector.module.css';

/** One record as evidence: who, when, from where, what was before and after, and its place in the chain. */
export function RecordInspector({
  seq,
  known,
  onClose,
}: {
  readonly seq: number;
  /** The record where the list has it already. */
  readonly known: AuditEvent | undefined;
  readonly onClose: () => void;
}) {
  const query = useQuery({
    queryKey: ['log-record', seq],
    queryFn: async ({ signal }) => {
      const body = { query: String(seq), pageSize: 100 };
      const { list } = await call('POST /api/v1/systemlog/events', { body }, signal);
      return list.find((one) => one.seq === seq) ?? null;
    },
    enabled: known === undefined,
  });
  const event = known ?? query.data ?? undefined;
  return (
    <aside className={classes['inspector']} aria-label={`Record ${seq}`}>
      <header>
        <h2>Record {seq.toLocaleString('en')}</h2>
        <ActionIcon variant="subtle" color="gray" aria-label="Close the record" onClick={onClose}>
          <IconX size={16} stroke={1.6} aria-hidden />
        </ActionIcon>
      </header>
      {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {query.data === null && known === undefined && (
        <p className={classes['sentence']}>No such record is in the log. Its number may be that of a later one.</p>
      )}
      {event !== undefined && <Record event={event} />}
    </aside>
  );
}

function Record({ event }: { readonly event: AuditEvent }) {
  const { before, name, after } = eventText(event);
  return (
    <>
      <p className={classes['sentence']}>
        <bdi>{event.actor.displayName}</bdi>: {before.slice(0, 1).toLowerCase() + before.slice(1)}{' '}
        {name !== '' && <bdi>{name}</bdi>} {after}
      </p>
      <section>
        <Facts
          facts={[
            [
              'Time',
              <time key="time" dateTime={event.at}>
                {exactTime(event.at)}
              </time>,
            ],
            ['Event', <code key="event">{event.action}</code>],
            ['By', `${event.actor.displayName} (${actorKinds[event.actor.kind]})`],
            ['From', event.ip === '' ? 'the console itself' : event.ip],
            ['Request', event.requestId === '' ? '–' : <code key="request">{event.requestId}</code>],
          ]}
        />
      </section>
      <section className={classes['more']}>
        <Link to="." search={(before) => ({ ...before, who: event.actor.id, object: '' })}>
          All by <bdi>{event.actor.displayName}</bdi>
        </Link>
        {event.target !== null && event.target.id !== event.actor.id && (
          <Link to="." search={(before) => ({ ...before, who: '', object: event.target?.id ?? '' })}>
            All about <bdi>{event.target.displayName}</bdi>
          </Link>
        )}
      </section>
      <section>
        <h3>What changed</h3>
        <Changes event={event} />
      </section>
      <section>
        <h3>Chain</h3>
        <Facts
          facts={[
            ['Before it', <Hash key="before" hash={event.previousHash} />],
            ['This record', <Hash key="this" hash={event.hash} />],
          ]}
        />
      </section>
    </>
  );
}

function Changes({ event: { before, after } }: { readonly event: AuditEvent }) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  if (names.length === 0) return <p className={classes['none']}>No field was changed.</p>;
  return (
    <dl className={classes['changes']}>
      {names.map((name) => (
        <div key={name}>
          <dt className="mono">{name}</dt>
          {Object.hasOwn(before, name) && (
            <dd>
              <span className={classes['sign']} role="img" aria-label="before">
                −
              </span>
              <del dir="auto">{valueText(before[name])}</del>
            </dd>
          )}
          {Object.hasOwn(after, name) && (
            <dd>
              <span className={classes['sign']} data-added role="img" aria-label="after">
                +
              </span>
              <span dir="auto">{valueText(after[name])}</span>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

function Hash({ hash }: { readonly hash: string }) {
  return (
    <code className={classes['hash']} title={hash}>
      {hash}
    </code>
  );
}

const actorKinds = {
  PERSON: 'a person',
  API_KEY: 'an API key',
  SYSTEM: 'the console',
  CONNECTOR: 'a connector',
} as const;

function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'not set';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `24 Nov 2026, 10:41:07 +00:00`: in full, since a record is evidence. */
export function exactTime(at: string): string {
  const time = new Date(at);
  const date = time.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
  const clock = time.toLocaleTimeString('en-GB');
  const minutes = -time.getTimezoneOffset();
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const zone = `${minutes < 0 ? '−' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
  return `${date}, ${clock} ${zone}`;
}
