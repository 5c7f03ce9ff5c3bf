import { Button, Modal, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ErrorNote } from './note.tsx';

/** A deletion: what ends, for whom, whether it can come back; the name is typed to go on. */
export function TypedConfirmation({
  question,
  name,
  button,
  children,
  isPending,
  error,
  onConfirm,
  onClose,
}: {
  readonly question: string;
  readonly name: string;
  readonly button: string;
  readonly children: ReactNode;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onConfirm: (typed: string) => void;
  readonly onClose: () => void;
}) {
  const [typed, setTyped] = useState('');
  return (
    <Modal opened onClose={onClose} title={question} size={440}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === name) onConfirm(typed);
        }}
      >
        <p>{children}</p>
        <TextInput
          label={`Type “${name}” to go on`}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          data-autofocus
        />
        {error !== null && error !== undefined && <ErrorNote error={error} />}
        <p>
          <Button type="submit" color="danger" disabled={typed !== name} loading={isPending} fullWidth>
            {button}
          </Button>
        </p>
      </form>
    </Modal>
  );
}
