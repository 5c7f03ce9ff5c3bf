import { Combobox, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconX } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import classes from './toolbar.module.css';
import { TwoLines } from './two-lines.tsx';

export interface Choice {
  readonly value: string;
  readonly text: string;
  /** What tells it from others of that name. */
  readonly detail?: string;
}

/** One field to filter by whose values are more than a list can show: the server is asked for those that match what is typed. */
export function SearchChip({
  name,
  chosen,
  text,
  find,
  onChoose,
}: {
  readonly name: string;
  /** Empty when it is not set. */
  readonly chosen: string;
  /** What the chosen one is called, for an address that names it, as far as what was found says so. */
  readonly text: string | undefined;
  readonly find: (query: string, signal: AbortSignal) => Promise<readonly Choice[]>;
  readonly onChoose: (choice: Choice | undefined) => void;
}) {
  const [typed, setTyped] = useState('');
  const [picked, setPicked] = useState<Choice>();
  const [query] = useDebouncedValue(typed.trim(), 200);
  const combobox = useCombobox({
    onDropdownOpen: () => combobox.focusSearchInput(),
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setTyped('');
    },
  });
  const found = useQuery({
    queryKey: ['search-chip', name, query],
    queryFn: ({ signal }) => find(query, signal),
    enabled: combobox.dropdownOpened,
    placeholderData: keepPreviousData,
  });
  const choices = found.data ?? [];
  const pick = (value: string): void => {
    const choice = choices.find((one) => one.value === value);
    setPicked(choice);
    onChoose(choice);
    combobox.closeDropdown();
  };
  const known = picked?.value === chosen ? picked.text : text;
  const shown = chosen === '' ? '' : (known ?? 'somebody or something else');
  return (
    <Combobox store={combobox} onOptionSubmit={pick} width={280} position="bottom-start" withinPortal={false}>
      <span className={classes['chip']} data-set={chosen !== ''}>
        <Combobox.Target targetType="button">
          <button
            type="button"
            onClick={() => combobox.toggleDropdown()}
            aria-label={`Filter by ${`${name} ${shown}`.trim()}`}
          >
            {name} {shown !== '' && <strong dir="auto">{shown}</strong>}
          </button>
        </Combobox.Target>
        {chosen !== '' && (
          <button
            type="button"
            className={classes['clear']}
            aria-label={`Clear ${name}`}
            onClick={() => onChoose(undefined)}
          >
            <IconX size={12} stroke={1.7} aria-hidden />
          </button>
        )}
      </span>
      <Combobox.Dropdown>
        <Combobox.Search
          value={typed}
          onChange={({ currentTarget }) => {
            setTyped(currentTarget.value);
            combobox.updateSelectedOptionIndex();
          }}
          placeholder="Type a part of the name"
          aria-label={`Search ${name}`}
          maxLength={100}
        />
        <Combobox.Options aria-label={name}>
          {choices.map((choice) => (
            <Combobox.Option key={choice.value} value={choice.value} active={choice.value === chosen}>
              <TwoLines first={choice.text} second={choice.detail} />
            </Combobox.Option>
          ))}
          {choices.length === 0 && (
            <Combobox.Empty>
              {found.isError
                ? found.error.message
                : found.isFetching
                  ? 'Searching …'
                  : 'Nobody and nothing is called so'}
            </Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
