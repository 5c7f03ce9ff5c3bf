import type { App } from '@baton-ts/console-api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { call } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';

const refreshMs = 10_000;

/** One app, read again while it is looked at: its connector may be at work. */
export function useApp(appId: string) {
  const query = useQuery({
    queryKey: ['app', appId],
    queryFn: ({ signal }) => call('GET /api/v1/apps/{app_id}', { params: { app_id: appId } }, signal),
    refetchInterval: refreshMs,
  });
  useReadAgain(appId, query.data?.app.lastGoodSyncAt);
  return query;
}

/** After a sync, what is on the screen is read again. */
function useReadAgain(appId: string, lastGoodSyncAt: string | null | undefined): void {
  const queries = useQueryClient();
  const seen = useRef({ appId, lastGoodSyncAt });
  useEffect(() => {
    const before = seen.current;
    seen.current = { appId, lastGoodSyncAt };
    if (before.appId !== appId || before.lastGoodSyncAt === undefined) return;
    if (before.lastGoodSyncAt === lastGoodSyncAt) return;
    void queries.invalidateQueries({ predicate: ({ queryKey: [name] }) => name !== 'app' && name !== 'session' });
  }, [queries, appId, lastGoodSyncAt]);
}

/** Whether the person may change this app, or what was read of it: all apps, or those that are theirs. */
export function useMayChange(app: Pick<App, 'owners'> | undefined): boolean {
  const session = useSession();
  if (session === null || app === undefined) return false;
  if (session.permissions.includes('apps.manage')) return true;
  return session.permissions.includes('apps.manage.own') && app.owners.some(({ id }) => id === session.user.id);
}
