import type { User } from '@baton-ts/console-api';
import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call, RequestError } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Count } from '../../components/count.tsx';
import { known, useListAddress } from '../../components/list-address.ts';
import { type ListColumn, ListTable, useList } from '../../components/list-table.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { FilterChip, Toolbar } from '../../components/toolbar.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import { When } from '../../components/when.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import { roleName } from '../../layout/role-name.ts';
import { NothingMatches } from '../../components/nothing-matches.tsx';

const statuses = ['ENABLED', 'DISABLED'] as const;
const statusTexts = { ENABLED: 'Active', DISABLED: 'Disabled' } as const;

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
  { id: 'title', title: 'Title', rank: 3, cell: ({ jobTitle }) => jobTitle || '–' },
  { id: 'department', title: 'Department', rank: 3, cell: ({ department }) => department || '–' },
  { id: 'manager', title: 'Manager', cell: ({ manager }) => manager?.displayName ?? '–' },
  { id: 'roles', title: 'Roles', cell: ({ roles }) => (roles === undefined ? 'not shown to you' : roleName(roles)) },
  { id: 'status', title: 'Status', rank: 1, cell: ({ status }) => statusTexts[status] },
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
  const [isAdding, setAdding] = useState(false);
  const query = useList(['users', q, sort, chosen], (pageToken, signal) =>
    call('POST /api/v1/search/users', { body: { query: q, sort, statuses: chosen, pageSize: 50, pageToken } }, signal),
  );
  const add = useMay('people.manage') ? (
    <Button size="sm" leftSection={<IconPlus size={14} stroke={1.7} />} onClick={() => setAdding(true)}>
      Add person
    </Button>
  ) : null;
  return (
    <Page title="Users" crumbs={[{ label: 'Directory' }, { label: 'Users' }]} actions={add}>
      <PageHead title="Users">The people of the company, to whom accounts belong.</PageHead>
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder="Search people"
        right={<Count total={query.data?.pages[0]?.totalCount} word="person" words="people" />}
      >
        <FilterChip
          name="Status"
          options={statuses.map((value) => ({ value, text: statusTexts[value], label: statusTexts[value] }))}
          chosen={chosen}
          onChoose={(status) => change({ status })}
        />
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
            isFiltered={q !== '' || chosen.length > 0}
            what="person"
            onClear={() => change({ q: '', status: [] })}
          />
        }
      />
      {isAdding && <AddPerson onClose={() => setAdding(false)} />}
    </Page>
  );
}

function AddPerson({ onClose }: { readonly onClose: () => void }) {
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { displayName: '', email: '', jobTitle: '', department: '', managerEmail: '', invite: true },
  });
  const add = useMutation({
    mutationFn: (body: typeof form.values) => call('POST /api/v1/users', { body }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['users'] });
      onClose();
    },
    onError: (error) => {
      if (error instanceof RequestError) form.setErrors(error.fields);
    },
  });
  return (
    <Modal opened onClose={onClose} title="Add a person" size={440}>
      <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
        <TextInput label="Full name" required data-autofocus {...form.getInputProps('displayName')} />
        <TextInput label="Email" type="email" required mt="md" {...form.getInputProps('email')} />
        <TextInput label="Title" mt="md" {...form.getInputProps('jobTitle')} />
        <TextInput label="Department" mt="md" {...form.getInputProps('department')} />
        <TextInput label="Manager’s email" type="email" mt="md" {...form.getInputProps('managerEmail')} />
        <Checkbox
          label="Send an invitation to sign in"
          mt="md"
          {...form.getInputProps('invite', { type: 'checkbox' })}
        />
        {add.isError && <ErrorNote error={add.error} />}
        <Button type="submit" fullWidth mt="lg" loading={add.isPending}>
          Add person
        </Button>
      </form>
    </Modal>
  );
}
