import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBool, parseCsv, parseInt64 } from './values.ts';

test('a list is split at commas, and quotes keep commas and quotes', () => {
  assert.deepEqual(parseCsv('"a,b",c'), ['a,b', 'c']);
  assert.deepEqual(parseCsv('"say ""hi""",b,'), ['say "hi"', 'b', '']);
  assert.deepEqual(parseCsv('"bid:r:group/a","bid:r:group/b"'), ['bid:r:group/a', 'bid:r:group/b']);
  assert.deepEqual(parseCsv(''), []);
});

test('a list with an open or misplaced quote is no list', () => {
  assert.equal(parseCsv('"a'), undefined);
  assert.equal(parseCsv('a"b'), undefined);
  assert.equal(parseCsv('"a"b'), undefined);
});

test('numbers are Go literals', () => {
  assert.equal(parseInt64('0x0a'), 10);
  assert.equal(parseInt64('-1'), -1);
  assert.equal(parseInt64('010'), 8);
  assert.equal(parseInt64('1.5'), undefined);
  assert.equal(parseInt64('ten'), undefined);
});

test('booleans are the words that Go knows', () => {
  assert.equal(parseBool('T'), true);
  assert.equal(parseBool('FALSE'), false);
  assert.equal(parseBool('yes'), undefined);
});
