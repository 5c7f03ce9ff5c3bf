import type { ConfigField, Connector } from '@baton-ts/console-api';
import { Button, Checkbox, NumberInput, Select, Switch, TagsInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, RequestError } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Card, Facts } from '../../components/card.tsx';
import { ErrorNote } from '../../components/note.tsx';
import { type SecretChange, SecretField, sendGridKeyProblem } from '../../components/secret-field.tsx';
import { When } from '../../components/when.tsx';
import classes from './settings.module.css';

type Values = Connector['config'];

/** The connector's own settings, from its schema. Secrets can be written and cleared, never read. */
export function Settings({
  connector,
  fields,
}: {
  readonly connector: Connector;
  readonly fields: readonly ConfigField[];
}) {
  const may = useMay('connectors.manage');
  const [isEditing, setEditing] = useState(false);
  return (
    <Card
      title="Settings"
      action={
        may &&
        !isEditing && (
          <Button size="sm" variant="default" onClick={() => setEditing(true)}>
            Edit
          </Button>
        )
      }
    >
      {isEditing ? (
        <SettingsForm connector={connector} fields={fields} onDone={() => setEditing(false)} />
      ) : (
        <Facts
          facts={fields.map((field) => [
            field.displayName,
            <Shown key={field.name} connector={connector} field={field} />,
          ])}
        />
      )}
    </Card>
  );
}

function Shown({ connector, field }: { readonly connector: Connector; readonly field: ConfigField }) {
  if (field.kind === 'secret') {
    const saved = connector.savedSecrets[field.name];
    if (saved === undefined) return field.required ? <strong>Missing</strong> : 'Not set';
    return (
      <>
        {'•'.repeat(20)} saved <When at={saved.savedAt} /> by {saved.savedBy}
      </>
    );
  }
  const value = connector.config[field.name] ?? field.defaultValue;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (Array.isArray(value)) return value.join(', ') || 'None';
  const option = field.options.find((one) => one.value === value);
  return option?.label ?? (value === null || value === '' ? 'Not set' : String(value));
}

function SettingsForm({
  connector,
  fields,
  onDone,
}: {
  readonly connector: Connector;
  readonly fields: readonly ConfigField[];
  readonly onDone: () => void;
}) {
  const queries = useQueryClient();
  const [values, setValues] = useState<Values>(connector.config);
  const [secrets, setSecrets] = useState<Readonly<Record<string, SecretChange>>>({});
  const [provisioning, setProvisioning] = useState(connector.provisioning);
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
  const problems = save.error instanceof RequestError ? save.error.fields : {};
  const problemOf = (field: ConfigField): string | undefined => {
    const change = secrets[field.name];
    if (connector.catalogId === 'sendgrid' && field.kind === 'secret' && change?.kind === 'set') {
      return sendGridKeyProblem(change.value) ?? problems[field.name];
    }
    return problems[field.name];
  };
  const isWrong = fields.some((field) => field.kind === 'secret' && problemOf(field) !== undefined);
  return (
    <form
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
            saved={connector.savedSecrets[field.name]}
            change={secrets[field.name] ?? { kind: 'keep' }}
            problem={problemOf(field)}
            onChange={(change) => setSecrets({ ...secrets, [field.name]: change })}
          />
        ) : (
          <ValueInput
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
      <div className={classes['buttons']}>
        <Button type="submit" loading={save.isPending} disabled={isWrong}>
          Save
        </Button>
        <Button variant="subtle" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function ValueInput({
  field,
  value,
  problem,
  onChange,
}: {
  readonly field: ConfigField;
  readonly value: Values[string] | undefined;
  readonly problem: string | undefined;
  readonly onChange: (value: Values[string]) => void;
}) {
  const common = { label: field.displayName, description: field.description, error: problem, required: field.required };
  const current = value ?? field.defaultValue;
  switch (field.kind) {
    case 'bool':
      return (
        <Checkbox
          {...common}
          checked={current === true}
          onChange={({ currentTarget }) => onChange(currentTarget.checked)}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          data={[...field.options]}
          value={typeof current === 'string' ? current : null}
          onChange={(chosen) => onChange(chosen ?? '')}
        />
      );
    case 'int':
      return (
        <NumberInput
          {...common}
          value={typeof current === 'number' ? current : ''}
          onChange={(next) => onChange(Number(next))}
        />
      );
    case 'strings':
      return <TagsInput {...common} value={Array.isArray(current) ? [...current] : []} onChange={onChange} />;
    case 'string':
    case 'secret':
      return (
        <TextInput
          {...common}
          placeholder={field.placeholder}
          value={typeof current === 'string' ? current : ''}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
      );
  }
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
