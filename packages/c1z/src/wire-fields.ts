/** One field of an encoded message: which it is, and where its value stands. */
export interface WireField {
  readonly number: number;
  /** Of a text, bytes or nested message; undefined for numbers. */
  readonly value: Uint8Array | undefined;
}

/**
 * The fields of an encoded message in their order, without decoding what is in them: cheap, for tables with a million rows.
 * Undefined when the bytes are no message.
 */
export function wireFields(bytes: Uint8Array): WireField[] | undefined {
  const fields: WireField[] = [];
  const next: Cursor = { at: 0 };
  while (next.at < bytes.length) {
    const tag = varint(bytes, next);
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    let value: Uint8Array | undefined;
    if (wireType === 0) varint(bytes, next);
    else if (wireType === 1) next.at += 8;
    else if (wireType === 5) next.at += 4;
    else if (wireType === 2) {
      const length = varint(bytes, next);
      value = bytes.subarray(next.at, next.at + length);
      next.at += length;
    } else return undefined;
    if (number === 0 || next.at > bytes.length) return undefined;
    fields.push({ number, value });
  }
  return fields;
}

interface Cursor {
  at: number;
}

/** One that runs past the end moves the cursor there too, which shows. */
function varint(bytes: Uint8Array, cursor: Cursor): number {
  let value = 0;
  let factor = 1;
  for (; cursor.at < bytes.length; factor *= 128) {
    const byte = bytes[cursor.at] ?? 0;
    cursor.at += 1;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
  }
  cursor.at = bytes.length + 1;
  return value;
}
