import { ActionIcon, Menu } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconLayoutColumns } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { useSession } from '../api/session.ts';
import { useListAddress } from './list-address.ts';
import type { ListColumn, Sorted } from './list-table.tsx';

/**
 * The columns of a list that are shown, and a menu to choose others: as the address says, else as this person chose them last
 * in this browser. The first one always stays.
 */
export function useColumns<Row, Sort extends string, File extends string>(
  columns: readonly ListColumn<Row, Sort, File>[],
): {
  readonly shown: readonly ListColumn<Row, Sort, File>[];
  /** What a file of the same list has to hold. */
  readonly fileColumns: File[];
  readonly choice: ReactNode;
} {
  const [address, change] = useListAddress();
  const [kept, keep, forget] = useKeptColumns(columns);
  const cols = address.cols ?? kept;
  // The same list as long as nothing else is chosen: a table draws its rows anew for another one.
  const shown = useMemo(
    () =>
      columns.filter(
        ({ id, isExtra = false }, place) => place === 0 || (cols === undefined ? !isExtra : cols.includes(id)),
      ),
    [columns, cols],
  );
  const toggle = (id: string): void => {
    const before = shown.map((column) => column.id);
    const next = before.includes(id) ? before.filter((one) => one !== id) : [...before, id];
    change({ cols: next });
    keep(next);
  };
  const choice = (
    <Menu
      position="bottom-end"
      width={224}
      closeOnItemClick={false}
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          visibleFrom="xs"
          aria-label="Choose columns"
          title="Choose columns"
        >
          <IconLayoutColumns size={16} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Columns</Menu.Label>
        {columns.slice(1).map((column) => (
          <Menu.CheckboxItem key={column.id} checked={shown.includes(column)} onChange={() => toggle(column.id)}>
            {column.title}
          </Menu.CheckboxItem>
        ))}
        {cols !== undefined && (
          <>
            <Menu.Divider />
            <Menu.Item
              onClick={() => {
                change({ cols: [] });
                forget();
              }}
            >
              Usual columns
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
  return { shown, fileColumns: shown.flatMap(({ files = [] }) => files), choice };
}

/** A list is known by the columns that it can have. */
function useKeptColumns(columns: readonly { readonly id: string }[]) {
  const userId = useSession()?.user.id ?? '';
  return useLocalStorage<readonly string[] | undefined>({
    key: `console-columns-${userId}-${columns.map(({ id }) => id).join('-')}`,
    getInitialValueInEffect: false,
    deserialize: readKept,
  });
}

function readKept(text: string | undefined): readonly string[] | undefined {
  try {
    const read: unknown = JSON.parse(text ?? '');
    return Array.isArray(read) ? read.filter((one) => typeof one === 'string') : undefined;
  } catch {
    return undefined;
  }
}

/** How the list is sorted: as the address says when one of the columns can be, else as usual. */
export function sortIn<Row, Sort extends string>(
  columns: readonly ListColumn<Row, Sort>[],
  asked: string | undefined,
  usual: Sorted<Sort>,
): Sorted<Sort> {
  for (const { sort } of columns) {
    if (sort === undefined) continue;
    if (asked === sort) return sort;
    if (asked === `-${sort}`) return `-${sort}`;
  }
  return usual;
}
