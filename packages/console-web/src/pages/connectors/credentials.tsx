import type { Connector } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Card } from '../../components/card.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { When } from '../../components/when.tsx';
import classes from './credentials.module.css';

/** Client ids of a self-hosted connector. Rotate makes another one, whose secret is shown once. */
export function Credentials({ connector }: { readonly connector: Connector }) {
  const may = useMay('connectors.manage');
  const queries = useQueryClient();
  const params = { app_id: connector.appId, connector_id: connector.id };
  const list = useQuery({
    queryKey: ['connector-credentials', connector.id],
    queryFn: ({ signal }) =>
      call('GET /api/v1/apps/{app_id}/connectors/{connector_id}/credentials', { params }, signal),
  });
  const [made, setMade] = useState<{ readonly clientId: string; readonly clientSecret: string }>();
  const rotate = useMutation({
    mutationFn: () =>
      call('POST /api/v1/apps/connectors/credentials', { body: { appId: connector.appId, connectorId: connector.id } }),
    onSuccess: async ({ credential, clientSecret }) => {
      setMade({ clientId: credential.clientId, clientSecret });
      await queries.invalidateQueries({ queryKey: ['connector-credentials'] });
    },
  });
  const revoke = useMutation({
    mutationFn: (clientId: string) =>
      call('POST /api/v1/apps/{app_id}/connectors/{connector_id}/credentials/revoke', { params, body: { clientId } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['connector-credentials'] }),
  });
  const active = (list.data?.list ?? []).filter(({ revokedAt }) => revokedAt === null);
  return (
    <Card
      title="Client ID"
      action={
        may && (
          <Button size="sm" variant="default" loading={rotate.isPending} onClick={() => rotate.mutate()}>
            Rotate
          </Button>
        )
      }
    >
      {rotate.isError && <ErrorNote error={rotate.error} />}
      {revoke.isError && <ErrorNote error={revoke.error} />}
      {list.isError && <ErrorNote error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && active.length === 0 && (
        <p className={classes['none']}>
          None yet. Rotate makes a client id and a secret, with which you start the connector on your own machine.
        </p>
      )}
      <ul className={classes['list']}>
        {active.map(({ clientId, createdAt, lastUsedAt }) => (
          <li key={clientId}>
            <code>{clientId}</code>
            <span>
              Made <When at={createdAt} /> ·{' '}
              {lastUsedAt === null ? (
                'never used'
              ) : (
                <>
                  used <When at={lastUsedAt} />
                </>
              )}
            </span>
            {may && (
              <Button size="sm" variant="subtle" color="danger" onClick={() => revoke.mutate(clientId)}>
                Revoke
              </Button>
            )}
          </li>
        ))}
      </ul>
      {made !== undefined && (
        <ShownOnce
          title="A new client id and secret"
          values={[
            ['Client ID', made.clientId],
            ['Client secret', made.clientSecret],
          ]}
          onDone={() => setMade(undefined)}
        >
          <p className={classes['none']}>
            Start the connector with <code>BATON_CLIENT_ID</code> and <code>BATON_CLIENT_SECRET</code> set to these,
            beside its own settings.
          </p>
        </ShownOnce>
      )}
    </Card>
  );
}
