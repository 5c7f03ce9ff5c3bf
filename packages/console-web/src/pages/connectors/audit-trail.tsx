import type { Connector } from '@baton-ts/console-api';
import { call } from '../../api/client.ts';
import { FieldChanges } from '../../components/field-changes.tsx';
import { rowsOf, useList } from '../../components/list-table.tsx';
import { LoadMore } from '../../components/load-more.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { When } from '../../components/when.tsx';
import classes from './connector-log.module.css';

/** What the system log holds about this connector: who changed what. */
export function AuditTrail({ connector: { id, status } }: { readonly connector: Connector }) {
  const query = useList(['audit-trail', id, status], (pageToken, signal) =>
    call('POST /api/v1/systemlog/events', { body: { targetIds: [id], pageSize: 50, pageToken } }, signal),
  );
  const events = rowsOf(query.data);
  return (
    <div className={classes['body']}>
      {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      <ul className={classes['trail']}>
        {events.map(({ seq, at, actor, action, before, after }) => (
          <li key={seq}>
            <div>
              <strong>{actionText(action)}</strong>
              <span>
                {actor.kind === 'SYSTEM' ? 'by the console' : <span dir="auto">by {actor.displayName}</span>} ·{' '}
                <When at={at} /> · record {seq.toLocaleString('en')}
              </span>
            </div>
            <FieldChanges
              changes={Object.keys({ ...before, ...after }).map((field) => ({
                field,
                before: before[field],
                after: after[field],
              }))}
            />
          </li>
        ))}
      </ul>
      <LoadMore query={query}>Earlier records</LoadMore>
    </div>
  );
}

/** `connector.settings_changed` → `Settings changed`. */
function actionText(action: string): string {
  const words = action.replace(/^connector\./, '').replaceAll(/[._]/g, ' ');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
