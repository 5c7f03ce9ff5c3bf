import type { EndpointResponse } from '@baton-ts/console-api';
import { Modal } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { Count } from '../../components/count.tsx';
import { useListAddress } from '../../components/list-address.ts';
import { type ListColumn, ListTable, rowsOf, useList } from '../../components/list-table.tsx';
import { NothingMatches } from '../../components/nothing-matches.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import { When } from '../../components/when.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import classes from './administration.module.css';

type Mail = EndpointResponse<'POST /api/v1/search/outbox'>['list'][number];

const states = {
  WAITING: 'Waiting',
  SENT: 'Sent',
  FAILED: 'Failed',
  NOT_SENT: 'Not sent',
} as const;

const columns: readonly ListColumn<Mail>[] = [
  {
    id: 'subject',
    title: 'Mail',
    rank: 1,
    width: '44%',
    cell: ({ id, subject, text }) => (
      <TwoLines
        first={
          <Link to="." search={(before) => ({ ...before, view: id })}>
            {subject}
          </Link>
        }
        second={text}
      />
    ),
  },
  { id: 'to', title: 'To', rank: 1, cell: ({ to }) => to },
  {
    id: 'state',
    title: 'State',
    rank: 1,
    cell: ({ state, reason }) => <TwoLines first={states[state]} second={reason} />,
  },
  { id: 'at', title: 'Made', cell: ({ createdAt }) => <When at={createdAt} /> },
];

/** What was sent, or would have been. */
export function OutboxPage() {
  const [{ q = '', view }, change] = useListAddress();
  const query = useList(['outbox', q], (pageToken, signal) =>
    call('POST /api/v1/search/outbox', { body: { query: q, pageSize: 50, pageToken } }, signal),
  );
  const opened = view === undefined ? undefined : rowsOf(query.data).find(({ id }) => id === view);
  return (
    <Page title="Outbox" crumbs={[{ label: 'Administration' }, { label: 'Outbox' }]}>
      <PageHead title="Outbox">Mail of the console. Without a mail server it shows what would have been sent.</PageHead>
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder="Search mail"
        right={<Count total={query.data?.pages[0]?.totalCount} word="mail" words="mails" />}
      />
      <ListTable
        label="Mail"
        columns={columns}
        query={query}
        rowKey={({ id }) => id}
        sort=""
        onSort={() => undefined}
        empty={<NothingMatches isFiltered={q !== ''} what="mail" onClear={() => change({ q: '' })} />}
      />
      {opened !== undefined && (
        <Modal opened onClose={() => change({ view: '' })} title={opened.subject} size={560}>
          <p className={classes['to']}>
            To {opened.to} · {states[opened.state]}
            {opened.reason !== '' && `: ${opened.reason}`}
          </p>
          <div className={classes['mail']} dir="auto">
            {opened.text}
          </div>
        </Modal>
      )}
    </Page>
  );
}
