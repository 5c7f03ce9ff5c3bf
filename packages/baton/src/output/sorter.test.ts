import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sorter } from './sorter.ts';

function sorted(
  descending: readonly boolean[],
  rows: readonly (readonly string[])[],
  limit = Number.POSITIVE_INFINITY,
): unknown[] {
  using sorter = new Sorter(descending);
  for (const row of rows) sorter.add(row.slice(0, descending.length), row);
  return [...sorter.sorted(limit)];
}

test('rows sort by each key in turn, up or down, without regard to case', () => {
  const rows = [
    ['b', '1'],
    ['A', '2'],
    ['a', '1'],
    ['B', '2'],
  ];
  assert.deepEqual(sorted([false, true], rows), [
    ['A', '2'],
    ['a', '1'],
    ['B', '2'],
    ['b', '1'],
  ]);
});

test('rows with equal keys keep their order', () => {
  assert.deepEqual(
    sorted(
      [true],
      [
        ['x', '1'],
        ['X', '2'],
        ['x', '3'],
      ],
    ),
    [
      ['x', '1'],
      ['X', '2'],
      ['x', '3'],
    ],
  );
});

test('a limit gives the first ones', () => {
  assert.deepEqual(sorted([false], [['c'], ['a'], ['b']], 2), [['a'], ['b']]);
});

test('a line of JSON comes back as it went in', () => {
  using sorter = new Sorter([false]);
  sorter.add(['k'], '{"a":"[\\"x\\"]"}');
  assert.deepEqual([...sorter.sorted(1)], ['{"a":"[\\"x\\"]"}']);
});
