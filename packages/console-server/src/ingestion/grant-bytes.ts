/** Where the parts of an encoded `c1.connector.v2.Grant` lie. */
export interface GrantParts {
  /** The id of the entitlement. */
  readonly entitlementId: string;
  /** The bytes of the principal's `ResourceId`, one character each: the same principal is always the same text. */
  readonly principalKey: string;
  readonly principalId: Uint8Array;
  /** What else it says: annotations and sources, as an encoded grant of their own. Most grants have none. */
  readonly rest: Uint8Array | undefined;
}

/**
 * Takes a grant apart without decoding the entitlement and the principal in it, which is nearly all of it: a sync holds
 * millions of grants, of some hundred entitlements. `undefined` for one that is not encoded in the order of its fields, or
 * lacks a part: decode that one.
 */
export function grantParts(data: Uint8Array): GrantParts | undefined {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const entitlement = field(bytes, 0, bytes.length, TAG_1);
  if (entitlement === undefined) return undefined;
  const principal = field(bytes, entitlement.end, bytes.length, TAG_2);
  if (principal === undefined) return undefined;
  const resource = field(bytes, entitlement.start, entitlement.end, TAG_1);
  const entitlementId = field(bytes, resource?.end ?? entitlement.start, entitlement.end, TAG_2);
  const principalId = field(bytes, principal.start, principal.end, TAG_1);
  if (entitlementId === undefined || principalId === undefined) return undefined;
  const restStart = field(bytes, principal.end, bytes.length, TAG_3)?.end ?? principal.end;
  return {
    entitlementId: bytes.toString('utf8', entitlementId.start, entitlementId.end),
    principalKey: bytes.toString('latin1', principalId.start, principalId.end),
    principalId: bytes.subarray(principalId.start, principalId.end),
    rest: restStart === bytes.length ? undefined : bytes.subarray(restStart),
  };
}

/** Tags of length-delimited fields: number shifted by three, wire type 2. */
const TAG_1 = 0x0a;
const TAG_2 = 0x12;
const TAG_3 = 0x1a;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The field that begins right there; `undefined` when it is another one. */
function field(bytes: Uint8Array, from: number, limit: number, tag: number): Span | undefined {
  if (from >= limit || bytes[from] !== tag) return undefined;
  let length = 0;
  let at = from + 1;
  for (let shift = 0; shift < 32; shift += 7) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    at += 1;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) {
      const end = at + length;
      return end <= limit ? { start: at, end } : undefined;
    }
  }
  return undefined;
}

/** The bytes of a resource's own id: its first field. `undefined` when it is encoded otherwise. */
export function resourceIdBytes(data: Uint8Array): Uint8Array | undefined {
  const span = field(data, 0, data.length, TAG_1);
  return span && data.subarray(span.start, span.end);
}
