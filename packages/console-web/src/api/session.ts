import type { EndpointResponse } from '@baton-ts/console-api';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { call, RequestError, setCsrfToken } from './client.ts';

export type Session = EndpointResponse<'GET /api/v1/session'>;

/** Who is signed in; null for nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal, client }): Promise<Session | null> => {
    try {
      const session = await call('GET /api/v1/session', {}, signal);
      setCsrfToken(session.csrfToken);
      return session;
    } catch (error) {
      // One that has ended stays known, so that the page can say whose it was.
      if (error instanceof RequestError && error.status === 401 && !client.getQueryData(['session'])) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export function useSession(): Session | null {
  return useQuery(sessionQuery).data ?? null;
}

/** Whether the person may do that, so that what may not be done is absent rather than grey. */
export function useMay(permission: string): boolean {
  const permissions = useSession()?.permissions ?? [];
  return permissions.includes(permission) || permissions.includes(`${permission}.own`);
}

/** The same where it has to hold for all of them, as for adding one that nobody owns yet. */
export function useMayForAll(permission: string): boolean {
  return useSession()?.permissions.includes(permission) === true;
}

/** Whether the person looks into apps, if only into their own. */
export function useSeesApps(): boolean {
  const permissions = useSession()?.permissions ?? [];
  return permissions.includes('apps.read') || permissions.includes('apps.manage.own');
}
