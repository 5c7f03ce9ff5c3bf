import type { ConfigField, Connector } from '@baton-ts/console-api';
import { Checkbox, NumberInput, SegmentedControl, Select, TagsInput, TextInput } from '@mantine/core';
import { useId } from 'react';
import { optionLabel } from './option-label.ts';
import classes from './settings.module.css';

type Value = Connector['config'][string];

/** So many choices stand beside each other; more are in a list. */
const mostBeside = 4;

/** The input for a setting, by its kind in the connector's schema. */
export function SettingInput({
  field,
  value,
  problem,
  onChange,
}: {
  readonly field: ConfigField;
  readonly value: Value | undefined;
  readonly problem: string | undefined;
  readonly onChange: (value: Value) => void;
}) {
  const id = useId();
  const { displayName: label, description, required } = field;
  const common = { label, description, error: problem, required };
  const current = value ?? field.defaultValue;
  const options = field.options.map((option) => ({ value: option.value, label: optionLabel(option) }));
  switch (field.kind) {
    case 'bool':
      return (
        <Checkbox
          {...common}
          checked={current === true}
          onChange={({ currentTarget }) => onChange(currentTarget.checked)}
        />
      );
    case 'choice':
      if (options.length <= mostBeside) {
        return (
          <div>
            <div id={id} className={classes['label']}>
              {label}
            </div>
            <SegmentedControl
              aria-labelledby={id}
              size="xs"
              data={options}
              value={typeof current === 'string' ? current : ''}
              onChange={onChange}
            />
            <p className={classes['hint']}>{problem ?? description}</p>
          </div>
        );
      }
      return (
        <Select
          {...common}
          data={options}
          value={typeof current === 'string' ? current : null}
          onChange={(chosen) => onChange(chosen ?? '')}
        />
      );
    case 'int':
      return (
        <NumberInput
          {...common}
          value={typeof current === 'number' ? current : ''}
          onChange={(next) => onChange(Number(next))}
        />
      );
    case 'strings':
      return <TagsInput {...common} value={Array.isArray(current) ? [...current] : []} onChange={onChange} />;
    case 'string':
    case 'secret':
      return (
        <TextInput
          {...common}
          placeholder={field.placeholder}
          value={typeof current === 'string' ? current : ''}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
      );
  }
}
