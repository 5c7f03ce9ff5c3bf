import { Button, PasswordInput } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './administration.module.css';

/** A secret that is taken and never shown: dots while it is saved, an empty field to replace it. Undefined keeps it. */
export function WriteOnlySecret({
  label,
  description,
  isSaved,
  value,
  readOnly,
  onChange,
}: {
  readonly label: string;
  readonly description: string;
  readonly isSaved: boolean;
  readonly value: string | undefined;
  readonly readOnly: boolean;
  readonly onChange: (value: string | undefined) => void;
}) {
  const [isReplacing, setReplacing] = useState(false);
  if (isSaved && !isReplacing) {
    return (
      <div>
        <div className={classes['label']}>{label}</div>
        <div className={classes['secret']}>
          <IconLock size={14} stroke={1.7} aria-hidden />
          <span role="img" aria-label="A saved value, which is never shown">
            ••••••••••••••••••••
          </span>
          {!readOnly && (
            <Button size="xs" variant="default" onClick={() => setReplacing(true)} aria-label={`Replace ${label}`}>
              Replace
            </Button>
          )}
        </div>
      </div>
    );
  }
  return (
    <div className={classes['replace']}>
      <PasswordInput
        label={label}
        description={description}
        autoComplete="off"
        spellCheck={false}
        visible={false}
        visibilityToggleButtonProps={{ hidden: true }}
        readOnly={readOnly}
        value={value ?? ''}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
      {isSaved && (
        <Button
          variant="subtle"
          onClick={() => {
            setReplacing(false);
            onChange(undefined);
          }}
        >
          Cancel
        </Button>
      )}
    </div>
  );
}
