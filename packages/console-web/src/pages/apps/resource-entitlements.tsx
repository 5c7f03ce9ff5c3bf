import type { Resource } from '@baton-ts/console-api';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { Card } from '../../components/card.tsx';
import { rowsOf, useList } from '../../components/list-table.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { RiskMark } from '../../components/risk-mark.tsx';
import classes from './account-page.module.css';
import { titleOf, whatItAllows } from './entitlement-text.ts';

/** What can be held on a resource, the riskiest first. */
export function ResourceEntitlements({ resource: { id, appId } }: { readonly resource: Resource }) {
  const query = useList(['entitlements', 'of-resource', id], (pageToken, signal) =>
    call(
      'POST /api/v1/search/entitlements',
      { body: { appIds: [appId], resourceIds: [id], sort: '-riskLevel', pageSize: 100, pageToken } },
      signal,
    ),
  );
  const entitlements = rowsOf(query.data);
  return (
    <Card title="What can be held">
      {query.isError && <ErrorNote error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && entitlements.length === 0 && 'Nothing can be held on it.'}
      <ul className={classes['plain']}>
        {entitlements.map((entitlement) => (
          <li key={entitlement.id}>
            <div>
              <Link
                to="/apps/$appId/entitlements/$entitlementId"
                params={{ appId, entitlementId: entitlement.id }}
                className={classes['name']}
              >
                <bdi>{titleOf(entitlement)}</bdi>
              </Link>
              <p dir="auto">{whatItAllows(entitlement)}</p>
            </div>
            <RiskMark level={entitlement.riskLevel} />
            <span className="number">
              {entitlement.grantCount.toLocaleString('en')} {entitlement.grantCount === 1 ? 'holder' : 'holders'}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
