import type { Entitlement } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { Count } from '../../components/count.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { known, useListAddress } from '../../components/list-address.ts';
import { type ListColumn, ListTable, useList } from '../../components/list-table.tsx';
import { RiskMark } from '../../components/risk-mark.tsx';
import { riskLevels, riskOptions } from '../../components/risk-options.tsx';
import { FilterChip, Toolbar } from '../../components/toolbar.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import { scopeName } from './scope-name.ts';

const columns: readonly ListColumn<Entitlement>[] = [
  {
    id: 'entitlement',
    title: 'Permission',
    sort: 'displayName',
    rank: 1,
    width: '28%',
    cell: (entitlement) => (
      <TwoLines
        mono
        first={
          <Link
            to="/apps/$appId/entitlements/$entitlementId"
            params={{ appId: entitlement.appId, entitlementId: entitlement.id }}
          >
            {entitlement.alias || entitlement.displayName}
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
    cell: ({ description, isUnknown }) => (
      <span dir="auto" title={description}>
        {isUnknown
          ? 'Not in our catalogue: look it up before you approve it.'
          : description.replace(/ Risk: [\w ]+\.$/, '')}
      </span>
    ),
  },
  { id: 'risk', title: 'Risk', sort: 'riskLevel', rank: 1, cell: ({ riskLevel }) => <RiskMark level={riskLevel} /> },
  {
    id: 'holders',
    title: 'Holders',
    sort: 'grantCount',
    numeric: true,
    rank: 1,
    cell: ({ grantCount }) => grantCount.toLocaleString('en'),
  },
  { id: 'type', title: 'Type', rank: 3, cell: ({ resourceTypeDisplayName }) => resourceTypeDisplayName },
];

/** What can be done here, how bad is it, how many hold it? */
export function EntitlementsTab({ appId }: { readonly appId: string }) {
  const [address, change] = useListAddress();
  const { q = '', sort = '-riskLevel', held } = address;
  const risks = known(address.risk, riskLevels);
  const chosenHeld = known(held === undefined ? [] : [held], ['HELD', 'NOT_HELD'] as const);
  const types = useQuery({
    queryKey: ['resource-types', appId],
    queryFn: ({ signal }) => call('GET /api/v1/apps/{app_id}/resource_types', { params: { app_id: appId } }, signal),
  });
  const typeOptions = (types.data?.list ?? []).map(({ id, displayName }) => ({
    value: id,
    text: displayName,
    label: displayName,
  }));
  const chosenTypes = address.type ?? [];
  const query = useList(['entitlements', appId, q, sort, risks, chosenTypes, chosenHeld], (pageToken, signal) =>
    call(
      'POST /api/v1/search/entitlements',
      {
        body: {
          appIds: [appId],
          query: q,
          sort,
          riskLevels: risks,
          resourceTypeIds: [...chosenTypes],
          held: chosenHeld.length === 1 ? chosenHeld[0] : 'ANY',
          pageSize: 50,
          pageToken,
        },
      },
      signal,
    ),
  );
  return (
    <>
      <Toolbar
        search={q}
        onSearch={(text) => change({ q: text })}
        placeholder="Search permissions"
        right={<Count total={query.data?.pages[0]?.totalCount} word="permission" words="permissions" />}
      >
        <FilterChip name="Risk" options={riskOptions} chosen={risks} onChoose={(risk) => change({ risk })} />
        <FilterChip name="Type" options={typeOptions} chosen={chosenTypes} onChoose={(type) => change({ type })} />
        <FilterChip
          name="Held by"
          options={[
            { value: 'HELD', text: 'somebody', label: 'Somebody' },
            { value: 'NOT_HELD', text: 'nobody', label: 'Nobody' },
          ]}
          chosen={chosenHeld}
          onChoose={(chosen) => change({ held: chosen.length === 1 ? (chosen[0] ?? '') : '' })}
        />
      </Toolbar>
      <ListTable
        label="Entitlements"
        columns={columns}
        query={query}
        rowKey={({ id }) => id}
        sort={sort}
        onSort={(next) => change({ sort: next })}
        empty={
          <NothingMatches
            isFiltered={q !== '' || risks.length + chosenTypes.length + chosenHeld.length > 0}
            what="permission"
            onClear={() => change({ q: '', risk: [], type: [], held: '' })}
          />
        }
      />
    </>
  );
}

/** No row at all, or none that matches. */
export function NothingMatches({
  isFiltered,
  what,
  onClear,
}: {
  readonly isFiltered: boolean;
  readonly what: string;
  readonly onClear: () => void;
}) {
  return isFiltered ? (
    <EmptyState
      title={`No ${what} matches`}
      action={
        <Button variant="default" onClick={onClear}>
          Clear filters
        </Button>
      }
    >
      Others are hidden by the search or the filters.
    </EmptyState>
  ) : (
    <EmptyState title={`No ${what} yet`}>They appear after the first good sync of a connector.</EmptyState>
  );
}
