import type { PersonRef } from '@baton-ts/console-api';
import { Combobox, Pill, PillsInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { useSession } from '../api/session.ts';
import { Avatar } from './avatar.tsx';
import { TwoLines } from './two-lines.tsx';

/** Chooses people of the directory by typing a part of a name or address. */
export function PersonPicker({
  label,
  people,
  onChange,
}: {
  readonly label: string;
  readonly people: readonly PersonRef[];
  readonly onChange: (people: readonly PersonRef[]) => void;
}) {
  const combobox = useCombobox();
  const me = useSession()?.user.id;
  const [text, setText] = useState('');
  const [query] = useDebouncedValue(text.trim(), 200);
  const { data } = useQuery({
    queryKey: ['pick-people', query],
    queryFn: ({ signal }) =>
      call('POST /api/v1/search/users', { body: { query, statuses: ['ENABLED'], pageSize: 8 } }, signal),
    placeholderData: keepPreviousData,
  });
  const found = (data?.list ?? []).filter(({ id }) => !people.some((one) => one.id === id));
  const pick = (id: string): void => {
    const person = found.find((one) => one.id === id);
    if (person === undefined) return;
    onChange([...people, { id: person.id, displayName: person.displayName, email: person.email }]);
    setText('');
    combobox.closeDropdown();
  };
  return (
    <Combobox store={combobox} onOptionSubmit={pick}>
      <Combobox.DropdownTarget>
        <PillsInput label={label} onClick={() => combobox.openDropdown()}>
          <Pill.Group>
            {people.map((person) => (
              <Pill
                key={person.id}
                withRemoveButton
                removeButtonProps={{ 'aria-label': `Remove ${person.displayName}`, tabIndex: 0, 'aria-hidden': false }}
                onRemove={() => onChange(people.filter(({ id }) => id !== person.id))}
              >
                {person.displayName}
                {person.id === me && ' (you)'}
              </Pill>
            ))}
            <Combobox.EventsTarget>
              <PillsInput.Field
                aria-label={label}
                placeholder={people.length === 0 ? 'Type a name or an email' : ''}
                value={text}
                onBlur={() => combobox.closeDropdown()}
                onChange={({ currentTarget }) => {
                  setText(currentTarget.value);
                  combobox.openDropdown();
                  combobox.updateSelectedOptionIndex();
                }}
                onKeyDown={(event) => {
                  if (event.key === 'Backspace' && text === '') onChange(people.slice(0, -1));
                }}
              />
            </Combobox.EventsTarget>
          </Pill.Group>
        </PillsInput>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={found.length === 0}>
        <Combobox.Options aria-label="People">
          {found.map((person) => (
            <Combobox.Option key={person.id} value={person.id}>
              <TwoLines
                mark={<Avatar name={person.displayName} size={28} />}
                first={person.displayName}
                second={person.email}
              />
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
