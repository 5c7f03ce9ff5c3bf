import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cyan } from './color.ts';
import { ConsoleTable, smallTable } from './console-table.ts';
import { cutText, oneLine, textWidth } from './text-width.ts';

const plain = cyan(false);

test('columns are as wide as their widest cell, and a blank line follows', () => {
  assert.equal(
    smallTable(
      ['A', 'Name'],
      [
        ['long one', 'x'],
        ['s', 'y'],
      ],
      plain,
    ),
    'A        | Name\nlong one | x\ns        | y\n\n',
  );
});

test('an empty table is its head', () => {
  assert.equal(smallTable(['A', 'B'], [], plain), 'A | B\n\n');
});

test('the head alone is coloured', () => {
  assert.equal(smallTable(['A'], [['x']], cyan(true)), '\u001B[36mA\u001B[0m\nx\n\n');
});

test('rows come out as soon as the first thousand are measured, and widths stay', () => {
  const table = new ConsoleTable(['ID', 'B'], plain);
  let text = '';
  for (let row = 1; row < 1000; row += 1) text += table.row([String(row), 'b']);
  assert.equal(text, '');
  assert.match(table.row(['1000', 'b']), /^ID {3}\| B\n1 {4}\| b\n/);
  assert.equal(table.row(['longer than all before', 'b']), 'longer than all before | b\n');
  assert.equal(table.row(['1', 'b']), '1    | b\n');
  assert.equal(table.end(), '\n');
});

test('a cell that is longer than any column is cut in its middle on a terminal, so that the columns stay in line', () => {
  const long = `team:${'x'.repeat(200)}:member`;
  const lines = (isTerminal: boolean): string[] => {
    const table = new ConsoleTable(['ID', 'B'], plain, isTerminal);
    return `${table.row([long, long])}${table.row(['s', 'y'])}${table.end()}`.split('\n');
  };
  const [, cut = '', short = ''] = lines(true);
  assert.match(cut, /^team:x+…x+:member {1}\| /);
  assert.equal(cut.indexOf('|'), short.indexOf('|'));
  assert.ok(cut.endsWith(` | ${long}`), 'nothing stands behind the last column, which is whole');
  assert.equal(lines(false)[1], `${long} | ${long}`, 'what is piped on is whole');
});

test('a text is cut by places, not by letters', () => {
  assert.equal(cutText('abcdefgh', 8), 'abcdefgh');
  assert.equal(cutText('abcdefgh', 5), 'ab…gh');
  assert.equal(cutText('山田太郎山田', 7), '山…田');
  assert.ok(textWidth(cutText('🧸'.repeat(50), 60)) <= 60);
});

test('signs of two places and marks of none are counted as a terminal shows them', () => {
  assert.equal(textWidth('山田'), 4);
  assert.equal(textWidth('e\u0301'), 1);
  assert.equal(textWidth('🧸'), 2);
  assert.equal(textWidth('plain'), 5);
});

test('a name can neither break the line nor command the terminal', () => {
  assert.equal(oneLine('a\nb\r\n\tc'), 'a b c');
  assert.equal(oneLine('\u001B[31mred\u0007\u009B2J'), '\uFFFD[31mred\uFFFD\uFFFD2J');
  assert.equal(oneLine('invoice\u202Efdp.exe'), 'invoice\uFFFDfdp.exe');
  assert.equal(oneLine('Zoë 山田'), 'Zoë 山田');
});
