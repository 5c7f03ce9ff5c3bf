import type { ConfigField, Connector } from '@baton-ts/console-api';
import { Button, Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { call, RequestError } from '../../api/client.ts';
import { Card } from '../../components/card.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { type SecretChange, SecretField, sendGridKeyProblem } from '../../components/secret-field.tsx';
import { SettingInput } from './setting-input.tsx';
import classes from './settings.module.css';

/** Saving starts a sync. A saved secret stays unless it is in `replace`, or replaced or cleared here. */
export function SettingsForm({
  connector,
  fields,
  replace,
  onDone,
}: {
  readonly connector: Connector;
  readonly fields: readonly ConfigField[];
  readonly replace: readonly string[];
  readonly onDone: () => void;
}) {
  const queries = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<Connector['config']>(connector.config);
  const [secrets, setSecrets] = useState<Readonly<Record<string, SecretChange>>>({});
  const [provisioning, setProvisioning] = useState(connector.provisioning);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const save = useMutation({
    mutationFn: () =>
      call('POST /api/v1/apps/{app_id}/connectors/{connector_id}/config', {
        params: { app_id: connector.appId, connector_id: connector.id },
        body: { values, secrets: written(secrets), provisioning },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries();
      onDone();
    },
  });
  const refused = save.error instanceof RequestError ? save.error.fields : {};
  const problemOf = ({ name, kind }: ConfigField): string | undefined => {
    const change = secrets[name];
    const shape =
      connector.catalogId === 'sendgrid' && kind === 'secret' && change?.kind === 'set'
        ? sendGridKeyProblem(change.value)
        : undefined;
    return shape ?? refused[name];
  };
  const isWrong = fields.some((field) => field.kind === 'secret' && problemOf(field) !== undefined);
  const id = `settings-${connector.id}`;
  return (
    <Card
      title="Settings"
      action={
        <span className={classes['actions']}>
          <Button size="sm" variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button size="sm" type="submit" form={id} loading={save.isPending} disabled={isWrong}>
            Save
          </Button>
        </span>
      }
    >
      <form
        ref={form}
        id={id}
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isWrong) save.mutate();
        }}
      >
        {fields.map((field) =>
          field.kind === 'secret' ? (
            <SecretField
              key={field.name}
              label={field.displayName}
              description={field.description}
              saved={replace.includes(field.name) ? undefined : connector.savedSecrets[field.name]}
              change={secrets[field.name] ?? { kind: 'keep' }}
              problem={problemOf(field)}
              onChange={(change) => setSecrets({ ...secrets, [field.name]: change })}
            />
          ) : (
            <SettingInput
              key={field.name}
              field={field}
              value={values[field.name]}
              problem={problemOf(field)}
              onChange={(value) => setValues({ ...values, [field.name]: value })}
            />
          ),
        )}
        <Switch
          label="Let the connector make changes"
          description="Approved changes are made in the app and read back. Off: it only reads."
          checked={provisioning}
          onChange={({ currentTarget }) => setProvisioning(currentTarget.checked)}
        />
        {save.isError && <ErrorNote error={save.error} />}
      </form>
    </Card>
  );
}

/** Only what changes is sent; null clears. */
function written(secrets: Readonly<Record<string, SecretChange>>): Record<string, string | null> {
  const sent: Record<string, string | null> = {};
  for (const [name, change] of Object.entries(secrets)) {
    if (change.kind === 'clear') sent[name] = null;
    if (change.kind === 'set' && change.value.trim() !== '') sent[name] = change.value.trim();
  }
  return sent;
}
