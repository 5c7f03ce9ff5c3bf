import type { resourceColumns as fileColumns, Resource, resourceSorts } from '@baton-ts/console-api';
import { Link } from '@tanstack/react-router';
import { Owners } from '../../components/avatar.tsx';
import type { ListColumn } from '../../components/list-table.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import { When } from '../../components/when.tsx';

export const resourceColumns: readonly ListColumn<
  Resource,
  (typeof resourceSorts)[number],
  (typeof fileColumns)[number]
>[] = [
  {
    id: 'resource',
    title: 'Resource',
    sort: 'displayName',
    rank: 1,
    width: '36%',
    files: ['displayName', 'customName', 'externalId'],
    shape: 'two-lines',
    cell: ({ id, appId, displayName, customName, externalId }) => (
      <TwoLines
        mono
        title={customName || displayName}
        first={
          <Link to="/apps/$appId/resources/$resourceId" params={{ appId, resourceId: id }}>
            {customName || displayName}
          </Link>
        }
        second={externalId}
      />
    ),
  },
  {
    id: 'type',
    title: 'Type',
    rank: 1,
    files: ['resourceTypeDisplayName'],
    cell: ({ resourceTypeDisplayName }) => resourceTypeDisplayName,
  },
  {
    id: 'parent',
    title: 'Within',
    rank: 3,
    files: ['parent'],
    cell: ({ parent }) => <span dir="auto">{parent?.displayName ?? '–'}</span>,
  },
  {
    id: 'owners',
    title: 'Owners',
    isExtra: true,
    files: ['owners'],
    cell: ({ owners }) => (owners.length === 0 ? '–' : <Owners owners={owners} />),
  },
  {
    id: 'entitlements',
    title: 'Entitlements',
    numeric: true,
    files: ['entitlementCount'],
    cell: ({ entitlementCount }) => entitlementCount.toLocaleString('en'),
  },
  {
    id: 'grants',
    title: 'Grants',
    numeric: true,
    files: ['grantCount'],
    cell: ({ grantCount }) => grantCount.toLocaleString('en'),
  },
  {
    id: 'first',
    title: 'First seen',
    rank: 3,
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
