import { Button, Checkbox, CopyButton, Modal } from '@mantine/core';
import { useState } from 'react';
import { Note } from './note.tsx';
import classes from './shown-once.module.css';

/** Values that are shown now and never again. Done is possible once the person says that they are stored. */
export function ShownOnce({
  title,
  values,
  children,
  onDone,
}: {
  readonly title: string;
  readonly values: readonly (readonly [name: string, value: string])[];
  readonly children?: React.ReactNode;
  readonly onDone: () => void;
}) {
  const [isStored, setStored] = useState(false);
  return (
    <Modal
      opened
      onClose={() => undefined}
      title={title}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      size={560}
    >
      <div className={classes['once']}>
        <Note tone="medium" title="This is shown only now.">
          Put it where it is needed before you close this.
        </Note>
        {values.map(([name, value]) => (
          <div key={name}>
            <div className={classes['name']}>{name}</div>
            <div className={classes['value']}>
              <code>{value}</code>
              <CopyButton value={value}>
                {({ copied, copy }) => (
                  <Button size="sm" variant="default" onClick={copy} aria-label={`Copy ${name}`}>
                    {copied ? 'Copied' : 'Copy'}
                  </Button>
                )}
              </CopyButton>
            </div>
          </div>
        ))}
        {children}
        <Checkbox
          label="I have stored it"
          checked={isStored}
          onChange={({ currentTarget }) => setStored(currentTarget.checked)}
        />
        <Button disabled={!isStored} onClick={onDone}>
          Done
        </Button>
      </div>
    </Modal>
  );
}
