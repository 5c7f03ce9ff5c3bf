import type { Connector } from '@baton-ts/console-api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';

const one = 'POST /api/v1/apps/{app_id}/connectors/{connector_id}' as const;

/** What people do to a connector with one press. The page shows afterwards what has become of it. */
export function useConnectorActions({ id, appId, heldBack }: Pick<Connector, 'id' | 'appId' | 'heldBack'>) {
  const queries = useQueryClient();
  const params = { app_id: appId, connector_id: id };
  const onSuccess = () => queries.invalidateQueries();
  return {
    sync: useMutation({ mutationFn: () => call(`${one}/force_sync`, { params }), onSuccess }),
    pause: useMutation({ mutationFn: () => call(`${one}/pause`, { params }), onSuccess }),
    resume: useMutation({ mutationFn: () => call(`${one}/resume`, { params }), onSuccess }),
    /** The data that was held back is applied. */
    apply: useMutation({
      mutationFn: () =>
        call(`${one}/confirm_sync_valid/{sync_id}`, { params: { ...params, sync_id: heldBack?.syncId ?? '' } }),
      onSuccess,
    }),
  };
}
