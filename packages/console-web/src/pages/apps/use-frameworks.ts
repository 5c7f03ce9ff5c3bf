import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/client.ts';

/** What entitlements can be marked with, so that reviews can be made for it; also what is chosen and no longer offered. */
export function useFrameworks(chosen: readonly string[]): readonly string[] {
  const query = useQuery({
    queryKey: ['compliance-frameworks'],
    queryFn: ({ signal }) => call('GET /api/v1/attributes/compliance_frameworks', {}, signal),
  });
  return [...new Set([...(query.data?.list.map(({ value }) => value) ?? []), ...chosen])];
}
