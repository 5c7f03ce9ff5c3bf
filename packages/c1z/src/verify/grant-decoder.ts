import {
  type Entitlement,
  EntitlementSchema,
  GrantSchema,
  type Resource,
  ResourceSchema,
} from '@baton-ts/protocol/connector-v2';
import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import { wireFields } from '../wire-fields.ts';

/** Encoded messages that are kept with what they mean: many grants carry the same entitlement and the same principal. */
const KEPT_MESSAGES = 1000;

/** What the checks need of a grant. */
export interface CheckedGrant {
  readonly id: string;
  readonly entitlement: Entitlement | undefined;
  readonly principal: Resource | undefined;
  readonly annotations: readonly Any[];
  /** Whether its fields come in the order of their numbers. */
  readonly fieldsAscend: boolean;
}

/** Decodes grants; an entitlement or principal whose bytes were met before is not decoded again. */
export class GrantDecoder {
  readonly #entitlements = new Decoded(EntitlementSchema);
  readonly #principals = new Decoded(ResourceSchema);

  /**
   * Undefined when the bytes are no grant.
   *
   * @param entitlementId what the columns of the row say, by which messages are kept
   */
  decode(data: Uint8Array, entitlementId: string, principalId: string): CheckedGrant | undefined {
    const fields = wireFields(data);
    if (fields === undefined) return undefined;
    const fieldsAscend = fields.every(({ number }, place) => number >= (fields[place - 1]?.number ?? 0));
    try {
      const { id, entitlement, principal } = GrantSchema.field;
      const [first, second, third] = fields;
      const isPlain =
        fields.length === 3 &&
        first?.number === entitlement.number &&
        second?.number === principal.number &&
        third?.number === id.number;
      if (isPlain && first.value !== undefined && second.value !== undefined && third.value !== undefined) {
        return {
          id: utf8.decode(third.value),
          entitlement: this.#entitlements.read(first.value, entitlementId),
          principal: this.#principals.read(second.value, principalId),
          annotations: [],
          fieldsAscend,
        };
      }
      const grant = fromBinary(GrantSchema, data);
      const { id: grantId, annotations } = grant;
      return { id: grantId, entitlement: grant.entitlement, principal: grant.principal, annotations, fieldsAscend };
    } catch {
      return undefined;
    }
  }
}

/** As strict as the decoder of messages. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class Decoded<Desc extends DescMessage> {
  readonly #schema: Desc;
  readonly #messages = new Map<string, { readonly bytes: Uint8Array; readonly message: MessageShape<Desc> }>();

  constructor(schema: Desc) {
    this.#schema = schema;
  }

  /** Bytes are compared with those last met under the key: quicker than to look them up by themselves. */
  read(bytes: Uint8Array, key: string): MessageShape<Desc> {
    const kept = this.#messages.get(key);
    if (kept !== undefined && Buffer.compare(kept.bytes, bytes) === 0) return kept.message;
    const message = fromBinary(this.#schema, bytes);
    if (this.#messages.size >= KEPT_MESSAGES) this.#messages.clear();
    // A copy: the bytes are a part of those of the whole row.
    this.#messages.set(key, { bytes: bytes.slice(), message });
    return message;
  }
}
