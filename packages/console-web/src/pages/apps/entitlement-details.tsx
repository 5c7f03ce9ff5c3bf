import type { Entitlement } from '@baton-ts/console-api';
import { Owners } from '../../components/avatar.tsx';
import { Card, Columns, Facts } from '../../components/card.tsx';
import { RiskMark } from '../../components/risk-mark.tsx';
import { When } from '../../components/when.tsx';
import classes from './account-page.module.css';
import { GrantFeed } from './grant-feed.tsx';

/** What is known of an entitlement, and who got or lost it. */
export function EntitlementDetails({ entitlement }: { readonly entitlement: Entitlement }) {
  const { alias, displayName, riskLevel, riskIsManual, complianceFrameworks, owners, firstSeenAt } = entitlement;
  return (
    <div className={classes['body']}>
      <Columns
        main={
          <Card title="Who got it, who lost it">
            <GrantFeed appId={entitlement.appId} entitlementId={entitlement.id} />
          </Card>
        }
        side={
          <>
            <Card title="Set here">
              <Facts
                facts={[
                  ['Name', alias || '–'],
                  [
                    'Risk',
                    <span key="risk">
                      <RiskMark level={riskLevel} /> {riskIsManual ? ', set by hand' : ''}
                    </span>,
                  ],
                  ['Compliance', complianceFrameworks.join(', ') || '–'],
                  ['Owners', owners.length === 0 ? '–' : <List key="owners" owners={owners} />],
                ]}
              />
            </Card>
            <Card title="What the app says">
              <Facts
                facts={[
                  ['Name', displayName],
                  [
                    'Id',
                    <span key="id" className="mono">
                      {entitlement.externalId}
                    </span>,
                  ],
                  ['Type', entitlement.resourceTypeDisplayName],
                  ['First seen', <When key="first" at={firstSeenAt} />],
                  ...(entitlement.removedAt === null
                    ? []
                    : ([['Gone since', <When key="gone" at={entitlement.removedAt} />]] as const)),
                ]}
              />
            </Card>
          </>
        }
      />
    </div>
  );
}

function List({ owners }: Pick<Entitlement, 'owners'>) {
  return owners.map((owner) => (
    <div key={owner.id}>
      <Owners owners={[owner]} />
    </div>
  ));
}
