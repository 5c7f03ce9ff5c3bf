import {
  type DescField,
  type DescMessage,
  fromJsonString,
  isMessage,
  type MessageShape,
  toJson,
} from '@bufbuild/protobuf';
import { base64Encode } from '@bufbuild/protobuf/wire';
import { type Any, AnySchema, FeatureSet_FieldPresence, isWrapperDesc } from '@bufbuild/protobuf/wkt';
import { typeNameOf, unpack } from './annotations.ts';
import { isZero, mismatch } from './encode-values.ts';
import { BatonError, Code } from './errors.ts';
import { type JsonNode, printJson } from './json-print.ts';
import { sortedKeys } from './key-order.ts';
import { type Fields, holdsJsonObject, holdsUnwrappedValue, isFields } from './local-form.ts';
import { registry } from './registry.ts';

export interface ProtoJsonOptions {
  /** Spaces for each level. Default: 0, all on one line. */
  readonly indent?: number;
  /** Writes `<`, `>` and `&` as `\u003c`, `\u003e` and `\u0026`, as the `config` command does. Default: false. */
  readonly escapeHtml?: boolean;
  /** Called with the type name of each `Any` that is left out because nobody here knows its type. */
  readonly onUnknownAny?: (typeName: string) => void;
}

/**
 * Writes a message as protobuf JSON in the form of `cli.md §A.8`: lowerCamelCase names in the order of the .proto file,
 * enums as names, 64-bit numbers as strings, zero values left out, map keys sorted, `@type` first in an `Any`, times in
 * RFC 3339 with `Z`, no newline at the end. An `Any` of an unknown type is left out and reported.
 *
 * @example toProtoJson(ConfigurationSchema, configuration, { indent: 2, escapeHtml: true })
 * @throws BatonError `DataLoss` for an `Any` whose bytes are not what its type says
 */
export function toProtoJson<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
  options: ProtoJsonOptions = {},
): string {
  const node = messageNode(schema, message, options.onUnknownAny ?? (() => {}));
  return printJson(node ?? new Map(), { indent: options.indent ?? 0, escapeHtml: options.escapeHtml ?? false });
}

/**
 * Reads what `toProtoJson` writes. Names that the schema does not know are ignored.
 *
 * @param from where the text comes from, for the message of an error: `capabilities.json`
 * @throws BatonError `InvalidArgument` when the text is not JSON of this message
 */
export function fromProtoJson<Desc extends DescMessage>(schema: Desc, text: string, from: string): MessageShape<Desc> {
  try {
    return fromJsonString(schema, text, { registry, ignoreUnknownFields: true });
  } catch (cause) {
    throw new BatonError(Code.InvalidArgument, `${from} is not a ${schema.typeName} written as JSON.`, { cause });
  }
}

type OnUnknownAny = (typeName: string) => void;

/** Undefined for an `Any` of an unknown type. */
function messageNode(schema: DescMessage, message: unknown, onUnknownAny: OnUnknownAny): JsonNode | undefined {
  if (!isMessage(message, schema) || !isFields(message)) {
    throw new BatonError(Code.InvalidArgument, `What was to be written as ${schema.typeName} is another message.`);
  }
  if (isMessage(message, AnySchema)) return anyNode(message, onUnknownAny);
  if (hasOwnJsonForm(schema)) return plainNode(ownJsonForm(schema, message));
  return new Map(fieldNodes(schema, message, onUnknownAny));
}

function anyNode(any: Any, onUnknownAny: OnUnknownAny): JsonNode | undefined {
  const schema = registry.getMessage(typeNameOf(any));
  if (schema === undefined) {
    onUnknownAny(typeNameOf(any));
    return undefined;
  }
  const message = unpack(schema, any);
  if (hasOwnJsonForm(schema) || schema.typeName === AnySchema.typeName) {
    const value = messageNode(schema, message, onUnknownAny);
    return value === undefined
      ? undefined
      : new Map([
          ['@type', any.typeUrl],
          ['value', value],
        ]);
  }
  return isFields(message)
    ? new Map([['@type', any.typeUrl], ...fieldNodes(schema, message, onUnknownAny)])
    : undefined;
}

function* fieldNodes(schema: DescMessage, message: Fields, onUnknownAny: OnUnknownAny): Generator<[string, JsonNode]> {
  for (const field of schema.fields) {
    const value = presentValue(field, message);
    if (value === undefined) continue;
    const node = fieldNode(field, value, onUnknownAny);
    if (node !== undefined) yield [field.jsonName, node];
  }
}

/** Undefined when JSON leaves the field out: not set, or zero in a field that does not tell the two apart. */
function presentValue(field: DescField, message: Fields): unknown {
  if (field.oneof !== undefined) {
    const chosen = message[field.oneof.localName];
    return isFields(chosen) && chosen.case === field.localName ? chosen.value : undefined;
  }
  const value = message[field.localName];
  return field.presence === FeatureSet_FieldPresence.IMPLICIT && isZero(value) ? undefined : value;
}

function fieldNode(field: DescField, value: unknown, onUnknownAny: OnUnknownAny): JsonNode | undefined {
  if (field.fieldKind === 'list') {
    if (!Array.isArray(value)) throw mismatch(field, value);
    const items = value.map((item) => valueNode(field, item, onUnknownAny)).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (field.fieldKind === 'map') {
    if (!isFields(value)) throw mismatch(field, value);
    const entries = new Map<string, JsonNode>();
    for (const key of sortedKeys(value)) {
      const node = valueNode(field, value[key], onUnknownAny);
      if (node !== undefined) entries.set(key, node);
    }
    return entries.size === 0 ? undefined : entries;
  }
  return valueNode(field, value, onUnknownAny);
}

function valueNode(field: DescField, value: unknown, onUnknownAny: OnUnknownAny): JsonNode | undefined {
  if (holdsJsonObject(field)) return plainNode(value);
  if (field.message !== undefined && !holdsUnwrappedValue(field))
    return messageNode(field.message, value, onUnknownAny);
  if (field.enum !== undefined && typeof value === 'number') return field.enum.value[value]?.name ?? value;
  if (value instanceof Uint8Array) return base64Encode(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  throw mismatch(field, value);
}

const ownForms = ['Duration', 'FieldMask', 'ListValue', 'Struct', 'Timestamp', 'Value'];

/** Types that JSON writes as something other than an object of their fields. */
function hasOwnJsonForm(schema: DescMessage): boolean {
  return isWrapperDesc(schema) || ownForms.some((name) => schema.typeName === `google.protobuf.${name}`);
}

function ownJsonForm<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): unknown {
  try {
    return toJson(schema, message);
  } catch (cause) {
    throw new BatonError(Code.InvalidArgument, `A ${schema.typeName} holds a value that JSON cannot express.`, {
      cause,
    });
  }
}

/** Sorts the keys of plain JSON: a `Struct` is a map. */
function plainNode(value: unknown): JsonNode {
  if (Array.isArray(value)) return value.map(plainNode);
  if (isFields(value)) return new Map(sortedKeys(value).map((key) => [key, plainNode(value[key])]));
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new BatonError(
    Code.InvalidArgument,
    `JSON cannot express ${typeof value === 'number' ? value : `a ${typeof value}`}.`,
  );
}
