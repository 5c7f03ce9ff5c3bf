import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { Card } from '../../components/card.tsx';
import { type FieldChange, FieldChanges } from '../../components/field-changes.tsx';
import { rowsOf, useList } from '../../components/list-table.tsx';
import { LoadMore } from '../../components/load-more.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { When } from '../../components/when.tsx';
import classes from './change-records.module.css';

const fieldTexts: Readonly<Record<string, string>> = {
  alias: 'Name',
  customName: 'Name',
  riskLevel: 'Risk',
  riskIsManual: 'Risk set by hand',
  complianceFrameworks: 'Compliance',
  owners: 'Owners',
  owner: 'Owner',
  ownerSource: 'How the owner was found',
  type: 'Type',
  typeIsManual: 'Type set by hand',
};

/** What people changed about it here, with the record of the system log that proves it. For whoever may read that log. */
export function ChangeRecords({ targetId }: { readonly targetId: string }) {
  const mayRead = useSession()?.permissions.includes('log.read') === true;
  return mayRead ? <Records targetId={targetId} /> : null;
}

function Records({ targetId }: { readonly targetId: string }) {
  const query = useList(['change-records', targetId], (pageToken, signal) =>
    call('POST /api/v1/systemlog/events', { body: { targetIds: [targetId], pageSize: 10, pageToken } }, signal),
  );
  const records = rowsOf(query.data);
  return (
    <Card title="Changed by people">
      {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && records.length === 0 && <p className={classes['quiet']}>Nobody has changed anything here.</p>}
      <ul className={classes['records']}>
        {records.map(({ seq, at, actor, before, after }) => (
          <li key={seq}>
            <p>
              <bdi>{actor.displayName}</bdi>
              <small>
                <When at={at} /> ·{' '}
                <Link to="/system-log" search={{ view: String(seq) }}>
                  record {seq.toLocaleString('en')}
                </Link>
              </small>
            </p>
            <FieldChanges changes={changesOf(before, after)} />
          </li>
        ))}
      </ul>
      <LoadMore query={query}>Show older</LoadMore>
    </Card>
  );
}

type Fields = Readonly<Record<string, unknown>>;

/** That it was set by hand goes without saying where it is told what was set. */
const withoutSaying = new Map([
  ['riskIsManual', 'riskLevel'],
  ['typeIsManual', 'type'],
]);

function changesOf(before: Fields, after: Fields): FieldChange[] {
  const names = Object.keys({ ...before, ...after });
  return names
    .filter((name) => !names.includes(withoutSaying.get(name) ?? ''))
    .map((name) => ({
      field: fieldTexts[name] ?? name,
      before: inWords(name, before[name]),
      after: inWords(name, after[name]),
    }));
}

/** Fields whose values are words of a closed list. */
const closedLists = new Set(['riskLevel', 'type', 'ownerSource']);

/** `SERVICE_ACCOUNT` as Service account. */
function inWords(name: string, value: unknown): unknown {
  if (typeof value !== 'string' || !closedLists.has(name)) return value;
  const words = value.toLowerCase().replaceAll('_', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
