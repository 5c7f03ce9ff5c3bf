import type { User } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { IconFileUpload, IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Count } from '../../components/count.tsx';
import { known, knownOne, useListAddress } from '../../components/list-address.ts';
import { type ListColumn, ListTable, useList } from '../../components/list-table.tsx';
import { NothingMatches } from '../../components/nothing-matches.tsx';
import { FilterChip, Toolbar } from '../../components/toolbar.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import { When } from '../../components/when.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { roleName, roleNames } from '../../layout/role-name.ts';
import { AddPerson } from './add-person.tsx';
import { ImportPeople } from './import-people.tsx';
import { PersonStatus } from './person-status.tsx';
import { roles } from './role-options.ts';

const statuses = ['ENABLED', 'DISABLED'] as const;
const statusTexts = { ENABLED: 'Active', DISABLED: 'Disabled' } as const;

const dialogs = ['add', 'import'] as const;

const columns: readonly ListColumn<User>[] = [
  {
    id: 'person',
    title: 'Person',
    sort: 'displayName',
    rank: 1,
    width: '32%',
    cell: ({ id, displayName, email }) => (
      <TwoLines
        mark={<Avatar name={displayName} size={28} />}
        first={
          <Link to="/users/$userId" params={{ userId: id }}>
            {displayName}
          </Link>
        }
        second={email}
      />
    ),
  },
  { id: 'title', title: 'Title', sort: 'jobTitle', rank: 3, cell: ({ jobTitle }) => jobTitle || '–' },
  { id: 'department', title: 'Department', sort: 'department', rank: 3, cell: ({ department }) => department || '–' },
  { id: 'manager', title: 'Manager', cell: ({ manager }) => manager?.displayName ?? '–' },
  {
    id: 'roles',
    title: 'Roles',
    rank: 3,
    cell: ({ roles: held }) => (held === undefined ? 'not shown to you' : roleName(held)),
  },
  { id: 'status', title: 'Status', sort: 'status', rank: 1, cell: (user) => <PersonStatus user={user} /> },
  {
    id: 'seen',
    title: 'Last sign-in',
    cell: ({ lastSignInAt }) => (lastSignInAt === undefined ? 'not shown to you' : <When at={lastSignInAt} />),
  },
];

export function UsersPage() {
  const [address, change] = useListAddress();
  const { q = '', sort = 'displayName' } = address;
  const chosen = known(address.status, statuses);
  const chosenRoles = known(address.type, roles);
  const maySeeRoles = useMay('people.details');
  const mayManage = useMay('people.manage');
  const dialog = mayManage ? knownOne(address.view, dialogs) : undefined;
  const close = () => change({ view: '' });
  const query = useList(['users', q, sort, chosen, chosenRoles], (pageToken, signal) =>
    call(
      'POST /api/v1/search/users',
      { body: { query: q, sort, statuses: chosen, roles: chosenRoles, pageSize: 50, pageToken } },
      signal,
    ),
  );
  const actions = mayManage && (
    <>
      <Button
        size="sm"
        variant="default"
        leftSection={<IconFileUpload size={14} stroke={1.7} aria-hidden />}
        onClick={() => change({ view: 'import' })}
      >
        Import a file
      </Button>
      <Button
        size="sm"
        leftSection={<IconPlus size={14} stroke={1.7} aria-hidden />}
        onClick={() => change({ view: 'add' })}
      >
        Add person
      </Button>
    </>
  );
  return (
    <Page title="Users" crumbs={[{ label: 'Directory' }, { label: 'Users' }]} actions={actions}>
      <PageHead title="Users">The people of the company, to whom accounts belong.</PageHead>
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder="Search name or email"
        right={<Count total={query.data?.pages[0]?.totalCount} word="person" words="people" />}
      >
        <FilterChip
          name="Status"
          options={statuses.map((value) => ({ value, text: statusTexts[value], label: statusTexts[value] }))}
          chosen={chosen}
          onChoose={(status) => change({ status })}
        />
        {maySeeRoles && (
          <FilterChip
            name="Role"
            options={roles.map((value) => ({ value, text: roleNames[value], label: roleNames[value] }))}
            chosen={chosenRoles}
            onChoose={(type) => change({ type })}
          />
        )}
      </Toolbar>
      <ListTable
        label="People"
        columns={columns}
        query={query}
        rowKey={({ id }) => id}
        sort={sort}
        onSort={(next) => change({ sort: next })}
        empty={
          <NothingMatches
            isFiltered={q !== '' || chosen.length + chosenRoles.length > 0}
            what="person"
            onClear={() => change({ q: '', status: [], type: [] })}
          />
        }
      />
      {dialog === 'add' && <AddPerson onClose={close} />}
      {dialog === 'import' && <ImportPeople onClose={close} />}
    </Page>
  );
}
