import type { ConfigField, Connector } from '@baton-ts/console-api';
import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { ErrorNote } from '../../components/note.tsx';
import classes from './settings.module.css';

/** What ends when a secret is taken away. */
export function ClearSecret({
  connector,
  field: { name, displayName, required },
  onClose,
}: {
  readonly connector: Connector;
  readonly field: ConfigField;
  readonly onClose: () => void;
}) {
  const queries = useQueryClient();
  const clear = useMutation({
    mutationFn: () =>
      call('POST /api/v1/apps/{app_id}/connectors/{connector_id}/config', {
        params: { app_id: connector.appId, connector_id: connector.id },
        body: { values: {}, secrets: { [name]: null } },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries();
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Clear ${displayName} of ${connector.displayName}?`} size={440}>
      <p>
        The saved value is destroyed here; it stays as it is in {connector.appDisplayName}.
        {required && ' The connector reads nothing more until another one is saved. Accounts and history stay.'}
      </p>
      {clear.isError && <ErrorNote error={clear.error} />}
      <div className={classes['buttons']}>
        <Button variant="subtle" onClick={onClose}>
          Cancel
        </Button>
        <Button color="danger" loading={clear.isPending} onClick={() => clear.mutate()}>
          Clear {displayName}
        </Button>
      </div>
    </Modal>
  );
}
