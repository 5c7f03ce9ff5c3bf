import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashText, PairFilter } from './pair-filter.ts';

test('every pair that went by before is told', () => {
  const filter = new PairFilter();
  const hashes = Array.from({ length: 300 }, (_, index) => hashText(`thing ${index}`));
  for (const one of hashes) for (const other of hashes) filter.add(one, other);
  for (const one of hashes) for (const other of hashes) assert.ok(filter.add(one, other));
});

test('of 90,000 pairs that are all new hardly any is taken for another', () => {
  const filter = new PairFilter();
  const hashes = Array.from({ length: 300 }, (_, index) => hashText(`thing ${index}`));
  let mistaken = 0;
  for (const one of hashes) for (const other of hashes) mistaken += Number(filter.add(one, other));
  assert.ok(mistaken < 100, `${mistaken} were`);
});

test('who holds what is not what holds whom', () => {
  const filter = new PairFilter();
  const [one, other] = [hashText('ann'), hashText('admin')];
  assert.equal(filter.add(one, other), false);
  assert.equal(filter.add(other, one), false);
});
