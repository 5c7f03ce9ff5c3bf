import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code } from '@baton-ts/protocol/errors';
import { compileFilter } from './filter.ts';

interface Row {
  readonly name: string;
  readonly tags: readonly string[];
  readonly profile: ReadonlyMap<string, string>;
}

const variables = {
  row: {
    name: (row: Row) => row.name,
    tags: (row: Row) => [...row.tags],
    profile: (row: Row) => new Map(row.profile),
  },
};
const ann: Row = { name: 'ann', tags: ['a', 'b'], profile: new Map([['city', 'Oslo']]) };
const matches = (text: string, row: Row = ann): boolean => compileFilter(text, variables).matches(row);

test('fields, lists, maps and functions can be asked for', () => {
  for (const text of [
    'row.name == "ann"',
    '"b" in row.tags',
    'row.tags.exists(t, t == "a")',
    'row.profile.city == "Oslo"',
    'row.name.startsWith("a") && size(row.tags) == 2',
    'has(row.profile.city)',
    'row.profile["city"].matches("^Os")',
    'type(row.name) == string',
  ]) {
    assert.equal(matches(text), true, text);
  }
  assert.equal(matches('has(row.profile.street)'), false);
});

test('a row that cannot be judged does not match', () => {
  assert.equal(matches('row.profile.street == "x"'), false);
  assert.equal(matches('row.name > 1'), false);
});

for (const [text, message] of [
  ['roww.name == "x"', '--filter does not know "roww"; did you mean row?\n  roww.name == "x"\n  ^'],
  [
    '1 == 1 && row.nam == "x"',
    '--filter does not know "row.nam"; did you mean name?\n  1 == 1 && row.nam == "x"\n            ^',
  ],
  [
    'row.tags.all(t, q == t)',
    '--filter does not know "q"; there is row\n  row.tags.all(t, q == t)\n                  ^',
  ],
  ['row.name ==', '--filter cannot be read from here on\n  row.name ==\n           ^'],
  ['row.name = "x"', '--filter cannot be read from here on\n  row.name = "x"\n           ^'],
] as const) {
  test(`a mistake is shown at its place: ${text}`, () => {
    assert.throws(
      () => compileFilter(text, variables),
      (error: Error & { code?: number }) => {
        assert.equal(error.code, Code.InvalidArgument);
        assert.match(error.message, /^--filter /);
        assert.equal(error.message, message);
        return true;
      },
    );
  });
}

test('an expression that answers neither yes nor no is refused', () => {
  assert.throws(() => matches('row.name'), { code: Code.InvalidArgument, message: /gives no yes or no/ });
});
