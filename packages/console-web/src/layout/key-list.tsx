import { Checkbox, Modal } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import classes from './key-list.module.css';
import { usePlaces } from './places.ts';
import { useSingleKeys } from './single-keys.ts';

let isShown = false;
const listeners = new Set<() => void>();

function show(shown: boolean): void {
  isShown = shown;
  for (const listener of listeners) listener();
}

export const showKeys = (): void => show(true);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What can be done without a mouse. */
export function KeyList() {
  const shown = useSyncExternalStore(subscribe, () => isShown);
  const places = usePlaces();
  const [areOn, setOn] = useSingleKeys();
  return (
    <Modal opened={shown} onClose={() => show(false)} title="Keyboard" size={560}>
      <div className={classes['columns']}>
        <Keys
          title="Anywhere"
          keys={[
            [['Ctrl', 'K'], 'Search'],
            [['?'], 'This list'],
            [['Esc'], 'Close what is on top'],
            ...places.flatMap(({ key, label }) =>
              key === undefined ? [] : ([[['G', key.toUpperCase()], label]] satisfies KeyRow[]),
            ),
          ]}
        />
        <Keys
          title="Lists and forms"
          keys={[
            [['/'], 'Search in the list'],
            [['J', 'K'], 'Next, previous row'],
            [['Enter'], 'Open the row, send the form'],
          ]}
        />
      </div>
      <Checkbox
        label="Single letters are commands"
        description="Without, only keys with Ctrl or ⌘ are."
        checked={areOn}
        onChange={({ currentTarget }) => setOn(currentTarget.checked)}
      />
    </Modal>
  );
}

type KeyRow = readonly [keys: readonly string[], what: string];

function Keys({ title, keys }: { readonly title: string; readonly keys: readonly KeyRow[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl className={classes['keys']}>
        {keys.map(([names, what]) => (
          <div key={what}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
