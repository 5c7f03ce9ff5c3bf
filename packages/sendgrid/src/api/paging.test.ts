import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextOffset, offsetPages, onlyNew } from './paging.ts';

const next =
  '<http://internal/v3/teammates?offset=500>; rel="next"; title="2", <http://internal/>; rel="first"; title="1"';
const last = '<http://internal/v3/teammates>; rel="first"; title="1", <http://internal/>; rel="last"; title="1"';

for (const [name, offset, received, link, expected] of [
  ['an empty page ends the list, whatever the Link header says', 500, 0, next, undefined],
  ['a Link header without "next" ends the list after a full page', 0, 500, last, undefined],
  ['a Link header with "next" goes on after a short page, by the rows received', 100, 7, next, 107],
  ['without a Link header a full page goes on', 0, 500, undefined, 500],
  ['without a Link header a short page ends the list', 0, 499, undefined, undefined],
  ['a short page of 50 may be a silent cut, so it asks again', 0, 50, undefined, 50],
  ['a short page of 100 may be a silent cut, so it asks again', 500, 100, undefined, 600],
  ['a page of 50 with a Link header is not asked for again', 0, 50, last, undefined],
  ['the word next inside an address is not a sign', 0, 3, '<http://x/?rel="next">; rel="last"', undefined],
] as const) {
  test(name, () => assert.equal(nextOffset(offset, received, link), expected));
}

test('rows that shifted between two pages are kept once', () => {
  const seen = new Set(['ann']);
  assert.deepEqual(
    onlyNew('/v3/x', ['ann', 'bob', 'bob'], (name) => name, seen),
    ['bob'],
  );
});

test('a page that holds nothing new is an error that names the route', () => {
  assert.throws(
    () => onlyNew('/v3/teammates', ['ann'], (name) => name, new Set(['ann'])),
    /\/v3\/teammates .*nothing new/,
  );
});

test('a list without an end is given up', async () => {
  const pages = offsetPages('/v3/subusers', String, async (offset) => ({
    items: Array.from({ length: 100_000 }, (_, index) => offset + index),
    nextOffset: offset + 100_000,
  }));
  await assert.rejects(
    async () => {
      for await (const page of pages) assert.ok(page.length > 0);
    },
    { code: 8, message: /more than 1,000,000 rows/ },
  );
});
