import type { Entitlement } from '@baton-ts/console-api';
import { Card, Columns, Facts } from '../../components/card.tsx';
import { RiskMark } from '../../components/risk-mark.tsx';
import { riskTexts } from '../../components/risk-options.tsx';
import { When } from '../../components/when.tsx';
import classes from './account-page.module.css';
import { ChangeRecords } from './change-records.tsx';
import { GrantFeed } from './grant-feed.tsx';
import { OwnerList } from './owner-list.tsx';
import { seenFacts } from './seen-facts.tsx';

/** What is known of an entitlement, and who got or lost it. */
export function EntitlementDetails({ entitlement }: { readonly entitlement: Entitlement }) {
  const { alias, displayName, complianceFrameworks, owners } = entitlement;
  return (
    <div className={classes['body']}>
      <Columns
        main={
          <>
            <Card title="Who got it, who lost it">
              <GrantFeed appId={entitlement.appId} entitlementId={entitlement.id} />
            </Card>
            <ChangeRecords targetId={entitlement.id} />
          </>
        }
        side={
          <>
            <Card title="Set here">
              <Facts
                facts={[
                  ['Name', alias || '–'],
                  ['Risk', <Risk key="risk" entitlement={entitlement} />],
                  ['Compliance', complianceFrameworks.join(', ') || '–'],
                  ['Owners', owners.length === 0 ? '–' : <OwnerList key="owners" owners={owners} />],
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
                  ...seenFacts(entitlement),
                ]}
              />
            </Card>
          </>
        }
      />
    </div>
  );
}

/** What counts, and whose word that is. */
function Risk({ entitlement }: { readonly entitlement: Entitlement }) {
  const { riskLevel, riskIsManual, connectorRiskLevel, riskSetBy, riskSetAt } = entitlement;
  return (
    <>
      <RiskMark level={riskLevel} />
      <small className={classes['seen']}>
        {riskIsManual ? (
          <>
            set by {riskSetBy === null ? 'hand' : <bdi>{riskSetBy.displayName}</bdi>}
            {riskSetAt !== null && (
              <>
                , <When at={riskSetAt} />
              </>
            )}
            ; the connector says {riskTexts[connectorRiskLevel].toLowerCase()}
          </>
        ) : (
          'as the connector says'
        )}
      </small>
    </>
  );
}
