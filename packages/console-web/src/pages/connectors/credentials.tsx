import type { Connector } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Card } from '../../components/card.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { When } from '../../components/when.tsx';
import classes from './credentials.module.css';
import { NewCredential } from './new-credential.tsx';
import { StartInstructions } from './start-instructions.tsx';

const waitingMs = 2000;
const idleMs = 30_000;

/** Client ids of a self-hosted connector, and how to start it with one. Rotate makes another one, whose secret is shown once. */
export function Credentials({ connector }: { readonly connector: Connector }) {
  const may = useMay('connectors.manage');
  const queries = useQueryClient();
  const params = { app_id: connector.appId, connector_id: connector.id };
  const isWaiting = connector.status === 'NOT_CONNECTED';
  const key = ['connector-credentials', connector.id];
  const list = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      call('GET /api/v1/apps/{app_id}/connectors/{connector_id}/credentials', { params }, signal),
    refetchInterval: isWaiting ? waitingMs : idleMs,
  });
  const [made, setMade] = useState<{ readonly clientId: string; readonly clientSecret: string }>();
  const rotate = useMutation({
    mutationFn: () =>
      call('POST /api/v1/apps/connectors/credentials', { body: { appId: connector.appId, connectorId: connector.id } }),
    onSuccess: async ({ credential, clientSecret }) => {
      setMade({ clientId: credential.clientId, clientSecret });
      await queries.invalidateQueries({ queryKey: key });
    },
  });
  const revoke = useMutation({
    mutationFn: (clientId: string) =>
      call('POST /api/v1/apps/{app_id}/connectors/{connector_id}/credentials/revoke', { params, body: { clientId } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
  const active = (list.data?.list ?? []).filter(({ revokedAt }) => revokedAt === null);
  const [newest] = active;
  return (
    <>
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
          {active.map(({ clientId, createdAt, createdBy, lastUsedAt }) => (
            <li key={clientId}>
              <div>
                <code>{clientId}</code>
                <span>
                  Made <When at={createdAt} />
                  {createdBy !== null && ` by ${createdBy.displayName}`} ·{' '}
                  {lastUsedAt === null ? (
                    'never used'
                  ) : (
                    <>
                      used <When at={lastUsedAt} />
                    </>
                  )}
                </span>
              </div>
              {may && (
                <Button
                  size="sm"
                  variant="subtle"
                  color="danger"
                  aria-label={`Revoke ${clientId}`}
                  loading={revoke.isPending && revoke.variables === clientId}
                  onClick={() => revoke.mutate(clientId)}
                >
                  Revoke
                </Button>
              )}
            </li>
          ))}
        </ul>
        {active.length > 1 && (
          <p className={classes['hint']}>
            All of these are valid until they are revoked: move the connector to the new one, then revoke the old one.
          </p>
        )}
      </Card>
      {may && list.data !== undefined && (isWaiting || newest?.lastUsedAt === null) && (
        <StartInstructions listener={list.data.listener} clientId={newest?.clientId} isWaiting={isWaiting} />
      )}
      {made !== undefined && <NewCredential {...made} onDone={() => setMade(undefined)} />}
    </>
  );
}
