import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Card } from '../../components/card.tsx';
import { rowsOf, useList } from '../../components/list-table.tsx';
import { LoadMore } from '../../components/load-more.tsx';
import { ErrorNote } from '../../components/note.tsx';
import classes from './directory.module.css';
import { PersonStatus } from './person-status.tsx';

/** Who has this person as manager. */
export function ReportsOf({ userId }: { readonly userId: string }) {
  const query = useList(['reports-of', userId], (pageToken, signal) =>
    call('POST /api/v1/search/users', { body: { managerIds: [userId], pageSize: 25, pageToken } }, signal),
  );
  const people = rowsOf(query.data);
  const total = query.data?.pages[0]?.totalCount ?? 0;
  if (query.isLoadingError) {
    return (
      <Card title="Reports">
        <ErrorNote error={query.error} retry={() => void query.refetch()} />
      </Card>
    );
  }
  if (people.length === 0) return null;
  return (
    <Card title="Reports" action={<span className={classes['quiet']}>{total.toLocaleString('en')}</span>}>
      <ul className={classes['list']}>
        {people.map((person) => (
          <li key={person.id}>
            <Avatar name={person.displayName} size={28} />
            <span className={classes['grow']}>
              <Link to="/users/$userId" params={{ userId: person.id }}>
                <bdi>{person.displayName}</bdi>
              </Link>
              <small dir="auto">
                {[person.jobTitle, person.department].filter(Boolean).join(' · ') || person.email}
              </small>
            </span>
            <PersonStatus user={person} />
          </li>
        ))}
      </ul>
      <LoadMore query={query} />
    </Card>
  );
}
