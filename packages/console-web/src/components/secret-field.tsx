import { Button, TextInput } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './secret-field.module.css';
import { When } from './when.tsx';

/** What will be done with the secret on Save: nothing, a new value, or cleared. */
export type SecretChange =
  | { readonly kind: 'keep' }
  | { readonly kind: 'set'; readonly value: string }
  | { readonly kind: 'clear' };

/**
 * A secret is written and never shown. Saved: dots, whatever its length. Replacing: an empty masked field; Cancel keeps the
 * old one.
 */
export function SecretField({
  label,
  saved,
  change,
  onChange,
  description,
  problem,
}: {
  readonly label: string;
  readonly saved: { readonly savedAt: string; readonly savedBy: string } | undefined;
  readonly change: SecretChange;
  readonly onChange: (change: SecretChange) => void;
  readonly description: string;
  /** What is wrong with the value, told before it is sent. */
  readonly problem?: string | undefined;
}) {
  const [isReplacing, setReplacing] = useState(false);
  if (saved === undefined || isReplacing) {
    return (
      <div className={classes['row']}>
        <TextInput
          className={classes['input'] ?? ''}
          label={label}
          description={description}
          error={problem}
          autoComplete="off"
          spellCheck={false}
          type="password"
          value={change.kind === 'set' ? change.value : ''}
          onChange={({ currentTarget }) => onChange({ kind: 'set', value: currentTarget.value })}
        />
        {saved !== undefined && (
          <Button
            variant="subtle"
            onClick={() => {
              setReplacing(false);
              onChange({ kind: 'keep' });
            }}
          >
            Cancel
          </Button>
        )}
      </div>
    );
  }
  const isCleared = change.kind === 'clear';
  return (
    <div>
      <div className={classes['label']}>{label}</div>
      <div className={classes['row']}>
        <div className={classes['saved']}>
          <IconLock size={14} stroke={1.7} aria-hidden />
          {isCleared ? 'Cleared when you save' : <span aria-label="A saved secret">{'•'.repeat(20)}</span>}
        </div>
        <Button variant="default" onClick={() => setReplacing(true)}>
          Replace
        </Button>
        <Button variant="subtle" onClick={() => onChange(isCleared ? { kind: 'keep' } : { kind: 'clear' })}>
          {isCleared ? 'Keep' : 'Clear'}
        </Button>
      </div>
      <p className={classes['hint']}>
        Saved <When at={saved.savedAt} /> by {saved.savedBy}. It is stored encrypted and never shown again.
      </p>
    </div>
  );
}

/** Shape and length of a SendGrid key, checked for the person instead of an eye to look through. */
export function sendGridKeyProblem(value: string): string | undefined {
  const key = value.trim();
  if (key === '' || (/^SG\.[\w-]{22}\.[\w-]{43}$/.test(key) && key.length === 69)) return undefined;
  return `${key.length} ${key.length === 1 ? 'character' : 'characters'}. A SendGrid key starts with “SG.” and has 69.`;
}
