import type { ConfigField, Connector } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { Card, Facts } from '../../components/card.tsx';
import { When } from '../../components/when.tsx';
import { ClearSecret } from './clear-secret.tsx';
import { optionLabel } from './option-label.ts';
import classes from './settings.module.css';
import { SettingsForm } from './settings-form.tsx';

/** Which secrets get a new value; undefined while the settings are only shown. */
export type SettingsEditing = { readonly replace: readonly string[] } | undefined;

interface SettingsProps {
  readonly connector: Connector;
  readonly fields: readonly ConfigField[];
  readonly editing: SettingsEditing;
  readonly onEdit: (editing: SettingsEditing) => void;
}

/** The connector's own settings, from its schema. Secrets can be written and cleared, never read. */
export function Settings(props: SettingsProps) {
  const { connector, fields, editing, onEdit } = props;
  const may = useMay('connectors.manage');
  if (editing !== undefined) {
    return (
      <SettingsForm
        key={editing.replace.join()}
        connector={connector}
        fields={fields}
        replace={editing.replace}
        onDone={() => onEdit(undefined)}
      />
    );
  }
  return (
    <Card
      title="Settings"
      action={
        may && (
          <Button size="sm" variant="default" onClick={() => onEdit({ replace: [] })}>
            Edit
          </Button>
        )
      }
    >
      <Facts
        facts={[
          ...fields.map(
            (field) =>
              [
                field.displayName,
                field.kind === 'secret' ? (
                  <ShownSecret key={field.name} {...props} field={field} />
                ) : (
                  shownValue(connector, field)
                ),
              ] as const,
          ),
          [
            'Changes in the app',
            connector.provisioning
              ? 'On. Approved changes are made by the connector and read back.'
              : 'Off. The connector only reads.',
          ] as const,
        ]}
      />
    </Card>
  );
}

/** Dots, whatever its length; who saved it when; and what can be done to it without seeing it. */
function ShownSecret({ connector, field, onEdit }: SettingsProps & { readonly field: ConfigField }) {
  const may = useMay('connectors.manage');
  const [isClearing, setClearing] = useState(false);
  const saved = connector.savedSecrets[field.name];
  if (saved === undefined) {
    return field.required ? <strong className={classes['missing']}>Missing</strong> : 'Not set';
  }
  return (
    <>
      <div className={classes['secret']}>
        <span className={classes['dots']}>
          <IconLock size={14} stroke={1.7} aria-hidden />
          <span role="img" aria-label="A saved secret">
            {'•'.repeat(20)}
          </span>
        </span>
        {may && (
          <>
            <Button
              size="md"
              variant="default"
              aria-label={`Replace ${field.displayName}`}
              onClick={() => onEdit({ replace: [field.name] })}
            >
              Replace
            </Button>
            <Button
              size="md"
              variant="subtle"
              aria-label={`Clear ${field.displayName}`}
              onClick={() => setClearing(true)}
            >
              Clear
            </Button>
          </>
        )}
      </div>
      <p className={classes['hint']}>
        Saved <When at={saved.savedAt} /> by {saved.savedBy}. It is stored encrypted and never shown again.
      </p>
      {isClearing && <ClearSecret connector={connector} field={field} onClose={() => setClearing(false)} />}
    </>
  );
}

function shownValue(connector: Connector, field: ConfigField): string {
  const value = connector.config[field.name] ?? field.defaultValue;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (Array.isArray(value)) return value.join(', ') || 'None';
  const option = field.options.find((one) => one.value === value);
  if (option !== undefined) return optionLabel(option);
  return value === null || value === '' ? 'Not set' : String(value);
}
