import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/client.ts';

/** The resource types of an app that have something to show, as choices of a filter. */
export function useTypeOptions(appId: string, counted: 'entitlementCount' | 'resourceCount') {
  const types = useQuery({
    queryKey: ['resource-types', appId],
    queryFn: ({ signal }) => call('GET /api/v1/apps/{app_id}/resource_types', { params: { app_id: appId } }, signal),
  });
  return (types.data?.list ?? [])
    .filter((type) => type[counted] > 0)
    .map(({ id, displayName, ...counts }) => ({
      value: id,
      text: displayName,
      label: `${displayName} (${counts[counted].toLocaleString('en')})`,
    }));
}
