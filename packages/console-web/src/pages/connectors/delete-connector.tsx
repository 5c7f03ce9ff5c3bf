import type { Connector } from '@baton-ts/console-api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { TypedConfirmation } from '../../components/typed-confirmation.tsx';

/** What ends, and what stays; the name is typed to go on. */
export function DeleteConnector({
  connector: { id, appId, appDisplayName, displayName },
  onClose,
}: {
  readonly connector: Connector;
  readonly onClose: () => void;
}) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (confirmation: string) =>
      call('DELETE /api/v1/apps/{app_id}/connectors/{connector_id}', {
        params: { app_id: appId, connector_id: id },
        body: { confirmation },
      }),
    onSuccess: async () => {
      await navigate({ to: '/connectors' });
      queries.removeQueries({ queryKey: ['connector', id] });
      await queries.invalidateQueries();
      onClose();
    },
  });
  return (
    <TypedConfirmation
      question={`Delete connector ${displayName}?`}
      name={displayName}
      button="Delete connector"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={(typed) => remove.mutate(typed)}
      onClose={onClose}
    >
      Accounts and history of {appDisplayName} stay, nothing is read any more. Saved secrets and client ids are
      destroyed; the connector cannot be brought back, only added again.
    </TypedConfirmation>
  );
}
