import { Combobox, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import classes from './toolbar.module.css';

/** Search first, then a chip per field; at the right the server's count and the rest. */
export function Toolbar({
  search,
  onSearch,
  placeholder,
  children,
  right,
  tools,
  filters = 0,
  onClear,
}: {
  readonly search: string;
  readonly onSearch: (text: string) => void;
  readonly placeholder: string;
  readonly children?: ReactNode;
  /** The count, which is read out when it changes. */
  readonly right?: ReactNode;
  /** What stands at the right of the count: views, columns, a file. */
  readonly tools?: ReactNode;
  /** How many chips are set; from two on they can be cleared at once. */
  readonly filters?: number;
  readonly onClear?: () => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search);
  const [told, setTold] = useState(search);
  const [last, setLast] = useState(search);
  if (search !== last) {
    setLast(search);
    if (search !== told) setText(search);
  }
  const tell = useDebouncedCallback((value: string) => {
    setTold(value);
    onSearch(value);
  }, 200);
  useHotkeys([['/', () => input.current?.focus()]]);
  return (
    <div className={classes['toolbar']} role="search">
      <TextInput
        ref={input}
        size="xs"
        className={classes['search'] ?? ''}
        placeholder={placeholder}
        aria-label={placeholder}
        leftSection={<IconSearch size={14} stroke={1.7} aria-hidden />}
        value={text}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          tell(currentTarget.value);
        }}
      />
      {children}
      {filters > 1 && onClear !== undefined && (
        <button type="button" className={classes['clearAll']} onClick={onClear}>
          Clear all
        </button>
      )}
      <div className={classes['right']}>
        <span role="status">{right}</span>
        {tools}
      </div>
    </div>
  );
}

/** One field to filter by: unset it is only named, set it says what it lets through. OR inside it. */
export function FilterChip<Value extends string>({
  name,
  options,
  chosen,
  onChoose,
}: {
  readonly name: string;
  readonly options: readonly { readonly value: Value; readonly label: ReactNode; readonly text: string }[];
  readonly chosen: readonly Value[];
  readonly onChoose: (chosen: readonly Value[]) => void;
}) {
  const combobox = useCombobox();
  const texts = options.filter(({ value }) => chosen.includes(value)).map(({ text }) => text);
  const toggle = (picked: string): void => {
    const value = options.find((option) => option.value === picked)?.value;
    if (value === undefined) return;
    onChoose(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  };
  return (
    <Combobox store={combobox} onOptionSubmit={toggle} width={224} position="bottom-start" withinPortal={false}>
      <span className={classes['chip']} data-set={chosen.length > 0}>
        <Combobox.Target targetType="button">
          <button
            type="button"
            onClick={() => combobox.toggleDropdown()}
            aria-label={`Filter by ${[name, texts.join(', ')].join(' ').trim()}`}
          >
            {name} {texts.length > 0 && <strong>{texts.join(', ')}</strong>}
          </button>
        </Combobox.Target>
        {chosen.length > 0 && (
          <button type="button" className={classes['clear']} aria-label={`Clear ${name}`} onClick={() => onChoose([])}>
            <IconX size={12} stroke={1.7} aria-hidden />
          </button>
        )}
      </span>
      <Combobox.Dropdown>
        <Combobox.Options aria-label={name}>
          {options.map(({ value, label }) => (
            <Combobox.Option
              key={value}
              value={value}
              active={chosen.includes(value)}
              aria-selected={chosen.includes(value)}
            >
              <span className={classes['option']}>
                <input type="checkbox" checked={chosen.includes(value)} readOnly tabIndex={-1} aria-hidden />
                {label}
              </span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
