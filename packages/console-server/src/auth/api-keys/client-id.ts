import { randomInt } from 'node:crypto';

const first = [
  'amber',
  'bold',
  'brisk',
  'calm',
  'clear',
  'clever',
  'copper',
  'crisp',
  'eager',
  'early',
  'fair',
  'fresh',
  'gentle',
  'golden',
  'keen',
  'kind',
  'light',
  'lively',
  'lucky',
  'mellow',
  'merry',
  'neat',
  'noble',
  'patient',
  'plain',
  'proud',
  'quick',
  'quiet',
  'silver',
  'steady',
  'swift',
  'warm',
] as const;
const second = [
  'badger',
  'beacon',
  'birch',
  'bridge',
  'brook',
  'canyon',
  'cedar',
  'comet',
  'coral',
  'falcon',
  'fern',
  'finch',
  'garden',
  'harbor',
  'heron',
  'lantern',
  'maple',
  'meadow',
  'orchard',
  'otter',
  'pebble',
  'pine',
  'river',
  'robin',
  'sparrow',
  'spruce',
  'summit',
  'thistle',
  'valley',
  'walnut',
  'willow',
  'wren',
] as const;

/** Says that the key is a person's (`governance.md §2.15`). */
const SUFFIX = 'pcc';

/**
 * A client id: `<words-number>@<host>/pcc`. It names a key and opens nothing; a million numbers keep two from being the same
 * by chance.
 */
export function newClientId(publicUrl: URL): string {
  const word = (words: readonly string[]): string => words[randomInt(words.length)] ?? '';
  return `${word(first)}-${word(second)}-${randomInt(100_000, 1_000_000)}@${publicUrl.host}/${SUFFIX}`;
}
