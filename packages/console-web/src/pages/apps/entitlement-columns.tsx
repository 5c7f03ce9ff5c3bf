import type { Entitlement, entitlementSorts, entitlementColumns as fileColumns } from '@baton-ts/console-api';
import { Link } from '@tanstack/react-router';
import { Owners } from '../../components/avatar.tsx';
import type { ListColumn } from '../../components/list-table.tsx';
import { RiskMark } from '../../components/risk-mark.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import { When } from '../../components/when.tsx';
import classes from './entitlement-columns.module.css';
import { scopeName, titleOf, whatItAllows } from './entitlement-text.ts';

type EntitlementColumn = ListColumn<Entitlement, (typeof entitlementSorts)[number], (typeof fileColumns)[number]>;

export const entitlementColumns: readonly EntitlementColumn[] = [
  {
    id: 'entitlement',
    title: 'Permission',
    sort: 'displayName',
    rank: 1,
    width: '28%',
    files: ['displayName', 'alias', 'slug', 'externalId'],
    shape: 'two-lines',
    cell: (entitlement) => (
      <TwoLines
        mono
        title={titleOf(entitlement)}
        first={
          <Link
            to="/apps/$appId/entitlements/$entitlementId"
            params={{ appId: entitlement.appId, entitlementId: entitlement.id }}
          >
            {titleOf(entitlement)}
          </Link>
        }
        second={scopeName(entitlement)}
      />
    ),
  },
  {
    id: 'description',
    title: 'What it allows',
    width: '40%',
    files: ['description'],
    cell: (entitlement) => (
      <span dir="auto" className={classes['allows']} title={whatItAllows(entitlement)}>
        {whatItAllows(entitlement)}
      </span>
    ),
  },
  {
    id: 'risk',
    title: 'Risk',
    sort: 'riskLevel',
    rank: 1,
    files: ['riskLevel', 'connectorRiskLevel', 'riskSetBy'],
    shape: 'short',
    cell: ({ riskLevel }) => <RiskMark level={riskLevel} />,
  },
  {
    id: 'holders',
    title: 'Holders',
    sort: 'grantCount',
    numeric: true,
    rank: 1,
    files: ['grantCount'],
    cell: ({ grantCount }) => grantCount.toLocaleString('en'),
  },
  {
    id: 'type',
    title: 'Type',
    rank: 3,
    files: ['resourceTypeDisplayName', 'resourceDisplayName'],
    cell: ({ resourceTypeDisplayName }) => resourceTypeDisplayName,
  },
  {
    id: 'owners',
    title: 'Owners',
    isExtra: true,
    files: ['owners'],
    cell: ({ owners }) => (owners.length === 0 ? '–' : <Owners owners={owners} />),
  },
  {
    id: 'frameworks',
    title: 'Compliance',
    isExtra: true,
    files: ['complianceFrameworks'],
    cell: ({ complianceFrameworks }) => complianceFrameworks.join(', ') || '–',
  },
  {
    id: 'first',
    title: 'First seen',
    isExtra: true,
    files: ['firstSeenAt'],
    cell: ({ firstSeenAt }) => <When at={firstSeenAt} />,
  },
  {
    id: 'last',
    title: 'Last seen',
    isExtra: true,
    files: ['lastSeenAt', 'removedAt'],
    cell: ({ lastSeenAt }) => <When at={lastSeenAt} />,
  },
];
