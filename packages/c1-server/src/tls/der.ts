/** The few pieces of DER (ITU-T X.690) that a certificate is made of. */
export type Der = Uint8Array;

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

export const sequence = (...items: readonly Der[]): Der => tagged(TAG.sequence, ...items);
export const set = (...items: readonly Der[]): Der => tagged(TAG.set, ...items);
export const boolean = (value: boolean): Der => tagged(TAG.boolean, Uint8Array.of(value ? 0xff : 0));
export const octetString = (bytes: Uint8Array): Der => tagged(TAG.octetString, bytes);
export const utf8String = (text: string): Der => tagged(TAG.utf8String, Buffer.from(text, 'utf8'));

/** A positive number, big end first. */
export function integer(bytes: Uint8Array): Der {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const digits = bytes.subarray(start);
  return (digits[0] ?? 0) < 0x80 ? tagged(TAG.integer, digits) : tagged(TAG.integer, Uint8Array.of(0), digits);
}

/** @param unusedBits how many bits at the end of the last byte do not count */
export const bitString = (bytes: Uint8Array, unusedBits = 0): Der =>
  tagged(TAG.bitString, Uint8Array.of(unusedBits), bytes);

export function oid(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(TAG.oid, Uint8Array.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** Years before 2050 as UTCTime, later ones as GeneralizedTime (RFC 5280 §4.1.2.5). */
export function time(ms: number): Der {
  const text = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  const short = text < '2050';
  return tagged(short ? TAG.utcTime : TAG.generalizedTime, Buffer.from(short ? text.slice(2) : text, 'ascii'));
}

/** `[number]` around other elements. */
export const explicit = (number: number, ...items: readonly Der[]): Der => tagged(0xa0 | number, ...items);
/** `[number]` in place of the tag of a plain value. */
export const implicit = (number: number, bytes: Uint8Array): Der => tagged(0x80 | number, bytes);

function tagged(tag: number, ...parts: readonly Uint8Array[]): Der {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Uint8Array.from([tag, ...lengthBytes(length)]), ...parts]);
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

function base128(number: number): number[] {
  const bytes = [number % 128];
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest % 128) | 0x80);
  return bytes;
}
