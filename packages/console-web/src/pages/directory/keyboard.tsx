import { Checkbox } from '@mantine/core';
import { Card } from '../../components/card.tsx';
import { useSingleKeys } from '../../layout/single-keys.ts';

/** Letters as commands can be switched off, in this browser. */
export function Keyboard() {
  const [areOn, setOn] = useSingleKeys();
  return (
    <Card title="Keyboard">
      <Checkbox
        label="Single letters are commands"
        description="Without, only keys with Ctrl or ⌘ are. Press ? for the list."
        checked={areOn}
        onChange={({ currentTarget }) => setOn(currentTarget.checked)}
      />
    </Card>
  );
}
