import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine } from './csv.ts';

test('cells with commas, quotes or line breaks are quoted', () => {
  assert.equal(csvLine(['a', 'b,c', 'say "hi"', 'two\nlines', '']), 'a,"b,c","say ""hi""","two\nlines",\n');
});

test('a cell that a spreadsheet would execute is shown as text', () => {
  for (const start of ['=', '+', '-', '@', '\t']) assert.equal(csvLine([`${start}1+1`]), `'${start}1+1\n`);
  assert.equal(csvLine(['\r=1']), `"'\r=1"\n`);
  assert.equal(csvLine(['=HYPERLINK("x")']), `"'=HYPERLINK(""x"")"\n`);
  assert.equal(csvLine(['1=1', 'a@b.c', 'x-y']), '1=1,a@b.c,x-y\n');
});
