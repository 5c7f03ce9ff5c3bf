import {
  type Entitlement,
  EntitlementSchema,
  type Grant,
  GrantExpandableSchema,
  GrantSchema,
  GrantSourcesSchema,
  type Resource,
  ResourceSchema,
} from '@baton-ts/protocol/connector-v2';
import { encode } from '@baton-ts/protocol/encode';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create, fromBinary } from '@bufbuild/protobuf';
import { AnySchema } from '@bufbuild/protobuf/wkt';

/** What `v1_grants` holds of a grant (`c1z-format.md §2.5`). */
export interface GrantRow {
  readonly resourceTypeId: string;
  readonly resourceId: string;
  readonly entitlementId: string;
  readonly principalResourceTypeId: string;
  readonly principalResourceId: string;
  readonly externalId: string;
  readonly expansion: Uint8Array | null;
  readonly data: Uint8Array;
}

interface EncodedPart {
  /** The part as a field of the grant: tag, length, message. */
  readonly field: Uint8Array;
  readonly id: string;
  readonly resourceTypeId: string;
  readonly resourceId: string;
}

/** Tags of `Grant`'s fields: number shifted by three, wire type 2 (length-delimited). */
const TAG_ENTITLEMENT = 0x0a;
const TAG_PRINCIPAL = 0x12;
const TAG_ID = 0x1a;
const TAG_ANNOTATION = 0x22;
const TAG_SOURCES = 0x2a;

/** A grant's own fields beside entitlement and principal rarely exceed this; longer ones get their own buffer. */
const SCRATCH_BYTES = 64 * 1024;

/**
 * Encodes grants. Entitlements and principals are encoded once per object and joined with each grant's own fields;
 * the bytes are those of the whole message. Encoding submessages anew would be most of the work of a large sync.
 */
export class GrantEncoder {
  readonly #entitlements = new WeakMap<Entitlement, EncodedPart>();
  readonly #principals = new WeakMap<Resource, EncodedPart>();

  row(grant: Grant): GrantRow {
    const { entitlement, principal } = grant;
    if (entitlement === undefined || principal === undefined) {
      throw new BatonError(
        Code.Internal,
        `the grant “${grant.id}” has no ${entitlement === undefined ? 'entitlement' : 'principal'}; this is a fault of the connector`,
      );
    }
    const on = this.#entitlement(entitlement);
    const to = this.#principal(principal);
    const { expansion, annotations } = takeExpansion(grant);
    return {
      resourceTypeId: on.resourceTypeId,
      resourceId: on.resourceId,
      entitlementId: on.id,
      principalResourceTypeId: to.resourceTypeId,
      principalResourceId: to.resourceId,
      externalId: grant.id,
      expansion,
      data: join(grant, annotations, on.field, to.field),
    };
  }

  #entitlement(entitlement: Entitlement): EncodedPart {
    let part = this.#entitlements.get(entitlement);
    if (part === undefined) {
      part = {
        field: lengthDelimited(TAG_ENTITLEMENT, encode(EntitlementSchema, entitlement)),
        id: entitlement.id,
        resourceTypeId: entitlement.resource?.id?.resourceType ?? '',
        resourceId: entitlement.resource?.id?.resource ?? '',
      };
      this.#entitlements.set(entitlement, part);
    }
    return part;
  }

  #principal(principal: Resource): EncodedPart {
    let part = this.#principals.get(principal);
    if (part === undefined) {
      part = {
        field: lengthDelimited(TAG_PRINCIPAL, encode(ResourceSchema, principal)),
        id: '',
        resourceTypeId: principal.id?.resourceType ?? '',
        resourceId: principal.id?.resource ?? '',
      };
      this.#principals.set(principal, part);
    }
    return part;
  }
}

const scratch = Buffer.alloc(SCRATCH_BYTES);
/** The same memory as a plain array, which is sliced without the detour through the constructor of `Buffer`. */
const scratchBytes = new Uint8Array(scratch.buffer, scratch.byteOffset, scratch.length);

function join(
  grant: Grant,
  annotations: Grant['annotations'],
  entitlement: Uint8Array,
  principal: Uint8Array,
): Uint8Array {
  if (grant.$unknown !== undefined && grant.$unknown.length > 0) {
    return encode(GrantSchema, { ...grant, annotations });
  }
  const fixed = entitlement.length + principal.length;
  if (annotations.length === 0 && grant.sources === undefined && fixed + grant.id.length * 3 + 8 <= SCRATCH_BYTES) {
    // The common grant: one copy out of a buffer that is used again and again.
    scratch.set(entitlement, 0);
    scratch.set(principal, entitlement.length);
    if (grant.id === '') return scratchBytes.slice(0, fixed);
    const idBytes = Buffer.byteLength(grant.id);
    scratch[fixed] = TAG_ID;
    const at = writeLength(scratch, fixed + 1, idBytes);
    scratch.write(grant.id, at);
    return scratchBytes.slice(0, at + idBytes);
  }
  const parts: Uint8Array[] = [entitlement, principal];
  if (grant.id !== '') parts.push(lengthDelimited(TAG_ID, Buffer.from(grant.id)));
  for (const annotation of annotations) parts.push(lengthDelimited(TAG_ANNOTATION, encode(AnySchema, annotation)));
  if (grant.sources !== undefined) parts.push(lengthDelimited(TAG_SOURCES, encode(GrantSourcesSchema, grant.sources)));
  return Buffer.concat(parts);
}

function lengthDelimited(tag: number, message: Uint8Array): Uint8Array {
  const header = Buffer.alloc(6);
  header[0] = tag;
  const end = writeLength(header, 1, message.length);
  return Buffer.concat([header.subarray(0, end), message]);
}

/** Writes a protobuf varint; returns the offset behind it. */
function writeLength(target: Uint8Array, offset: number, length: number): number {
  let rest = length;
  let at = offset;
  while (rest > 0x7f) {
    target[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[at++] = rest;
  return at;
}

/** The type name of a `google.protobuf.Any`: what follows the last slash (`c1z-format.md §3.3`). */
function typeName(typeUrl: string): string {
  return typeUrl.slice(typeUrl.lastIndexOf('/') + 1);
}

/**
 * Takes `GrantExpandable` out of the annotations: it lives in its own column, NULL when it names no entitlement
 * (`c1z-format.md §2.5`).
 */
export function takeExpansion(grant: Grant): { expansion: Uint8Array | null; annotations: Grant['annotations'] } {
  const { annotations } = grant;
  if (annotations.length === 0) return { expansion: null, annotations };
  const found = annotations.find(({ typeUrl }) => typeName(typeUrl) === GrantExpandableSchema.typeName);
  if (found === undefined) return { expansion: null, annotations };
  let expandable: ReturnType<typeof readExpandable>;
  try {
    expandable = readExpandable(found.value);
  } catch (error) {
    throw new BatonError(
      Code.Internal,
      `the grant “${grant.id}” carries a GrantExpandable annotation that cannot be read`,
      { cause: error },
    );
  }
  return {
    expansion: expandable.entitlementIds.some((id) => id.trim() !== '')
      ? encode(GrantExpandableSchema, expandable)
      : null,
    annotations: annotations.filter(({ typeUrl }) => typeName(typeUrl) !== GrantExpandableSchema.typeName),
  };
}

function readExpandable(value: Uint8Array) {
  return fromBinary(GrantExpandableSchema, value);
}

/** Puts `GrantExpandable` back onto a grant that was read. */
export function attachExpansion(grant: Grant, expansion: Uint8Array): void {
  const typeUrl = `type.googleapis.com/${GrantExpandableSchema.typeName}`;
  grant.annotations.push(create(AnySchema, { typeUrl, value: expansion }));
}
