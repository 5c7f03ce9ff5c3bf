/** 8 MB: of two million pairs one in a thousand is taken for another by mistake, of ten million one in forty. */
const BITS = 2 ** 26;

/** Says of pairs that go by whether they may have gone by before, in memory that does not grow. Never misses one that has. */
export class PairFilter {
  readonly #bits = new Uint32Array(BITS / 32);

  /** Whether the pair may have been here; it has been now. The numbers are hashes of 32 bits. */
  add(one: number, other: number): boolean {
    const mixed = mix(Math.imul(one, 0x9e37_79b1) ^ Math.imul(other, 0x85eb_ca77));
    const first = this.#set(mixed >>> 6);
    const second = this.#set(mix(mixed ^ one) >>> 6);
    return first && second;
  }

  #set(bit: number): boolean {
    const word = bit >>> 5;
    const before = this.#bits[word] ?? 0;
    const mask = 1 << (bit & 31);
    this.#bits[word] = before | mask;
    return (before & mask) !== 0;
  }
}

/** A hash of 32 bits of a text (FNV-1a). */
export function hashText(text: string): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193);
  return mix(hash);
}

/** Spreads each bit over all. */
function mix(value: number): number {
  const half = Math.imul(value ^ (value >>> 16), 0x21f0_aaad);
  const more = Math.imul(half ^ (half >>> 15), 0x735a_2d97);
  return more ^ (more >>> 15);
}
