import { createHmac } from 'node:crypto';
import { Lru } from '../lists/lru.ts';
import { vocabulary } from './vocabulary.ts';

/** Texts whose mask is kept: ids recur in rows, columns and blobs. */
const KEPT_MASKS = 100_000;
/** 96 bits: among a billion texts two get the same mask with a probability of 1 in 10^11. */
const MASK_CHARACTERS = 24;
const EMAIL = /^[^\s@]+@([^\s@]+\.[^\s@]+)$/;

/**
 * Replaces what identifies. The same text gives the same mask wherever it stands, so that references still lead where they
 * led; without the secret nobody can tell from a mask whether it stands for a text they guess.
 */
export class Masks {
  readonly #secret: Uint8Array;
  readonly #kept = new Lru<string, string>(KEPT_MASKS);
  /** Words of the vocabulary that are also somebody's name or id in this file. */
  readonly #names = new Set<string>();

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** A name, an id, a description, anything. An e-mail address stays one, and its domain the same for all who share it. */
  text(text: string): string {
    if (text === '') return '';
    return this.#kept.get(text, () => {
      const word = text.toLowerCase();
      if (vocabulary.has(word)) this.#names.add(word);
      const domain = EMAIL.exec(text)?.[1];
      const mask = this.#mac('text', text).toString('hex').slice(0, MASK_CHARACTERS);
      if (domain === undefined) return mask;
      // `example` is a domain that nobody can own.
      return `${mask}@${this.#mac('domain', domain.toLowerCase()).toString('hex').slice(0, MASK_CHARACTERS)}.example`;
    });
  }

  /** The id of a resource type, a slug, a key of a profile: kept when it is a word of the field and nobody's name. */
  word(text: string): string {
    const word = text.toLowerCase();
    return vocabulary.has(word) && !this.#names.has(word) ? text : this.text(text);
  }

  /** Another number below 2^32. */
  number(value: number): number {
    return this.#mac('number', String(value)).readUInt32BE(0);
  }

  /** The random part of a sync's id. */
  syncPayload(syncId: string): Buffer {
    return this.#mac('sync', syncId).subarray(0, 16);
  }

  #mac(kind: string, text: string): Buffer {
    return createHmac('sha256', this.#secret).update(`${kind}\0${text}`).digest();
  }
}
