import {
  type DescField,
  type DescMessage,
  isMessage,
  type MessageShape,
  ScalarType,
  type UnknownField,
} from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { compileScalar, isZero, mismatch, type WriteValue, wireTypeOf, writeStruct } from './encode-values.ts';
import { BatonError, Code } from './errors.ts';
import { sortedKeys } from './key-order.ts';
import { type Fields, holdsJsonObject, holdsUnwrappedValue, isFields } from './local-form.ts';

type WriteFields = (writer: BinaryWriter, fields: Fields) => void;

/** A new writer for every message is most of the cost of encoding one, so that one serves all (`toolchain.md`). */
let shared = /* @__PURE__ */ new BinaryWriter();

/** A writer keeps the room of the largest message it has seen; beyond this size it is let go. */
const keptWriterBytes = 1 << 20;

/**
 * Encodes a message as `c1z-format.md §3.3` demands: fields by ascending number, members of a oneof after the others,
 * map entries by key, unknown fields last and untouched. Equal messages give equal bytes, whatever the order in which
 * their maps and `Struct` profiles were filled. The bytes inside an `Any` are copied.
 *
 * @throws BatonError `InvalidArgument` when a value cannot be stored in its field: it names message and field
 */
export function encode<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): Uint8Array<ArrayBuffer> {
  if (!isMessage(message, schema) || !isFields(message)) {
    throw new BatonError(Code.InvalidArgument, `What was to be encoded as ${schema.typeName} is another message.`);
  }
  const writer = shared;
  try {
    compiled(schema)(writer, message);
    const bytes = writer.finish();
    if (bytes.length > keptWriterBytes) shared = new BinaryWriter();
    return bytes;
  } catch (error) {
    shared = new BinaryWriter();
    throw error;
  }
}

const writers = new WeakMap<DescMessage, WriteFields>();

function compiled(schema: DescMessage): WriteFields {
  const known = writers.get(schema);
  if (known !== undefined) return known;
  const fieldWriters: WriteFields[] = [];
  const write: WriteFields = (writer, fields) => {
    for (const writeField of fieldWriters) writeField(writer, fields);
    if (fields.$unknown !== undefined) writeUnknown(writer, fields.$unknown);
  };
  // Known before its fields are compiled: a message may contain itself.
  writers.set(schema, write);
  fieldWriters.push(...schema.fields.toSorted(byWireOrder).map(compileField));
  return write;
}

function byWireOrder(a: DescField, b: DescField): number {
  return Number(a.oneof !== undefined) - Number(b.oneof !== undefined) || a.number - b.number;
}

function compileField(field: DescField): WriteFields {
  const name = field.localName;
  switch (field.fieldKind) {
    case 'list':
      return compileList(field);
    case 'map':
      return compileMap(field);
    case 'message':
    case 'scalar':
    case 'enum': {
      const write = compileTagged(field, field.number);
      if (field.oneof !== undefined) {
        const group = field.oneof.localName;
        return (writer, fields) => {
          const chosen = fields[group];
          if (isFields(chosen) && chosen.case === name) write(writer, chosen.value);
        };
      }
      if (field.fieldKind === 'message' || field.presence !== FeatureSet_FieldPresence.IMPLICIT) {
        return (writer, fields) => {
          const value = fields[name];
          if (value !== undefined) write(writer, value);
        };
      }
      return (writer, fields) => {
        const value = fields[name];
        if (!isZero(value)) write(writer, value);
      };
    }
  }
}

function compileList(field: Extract<DescField, { fieldKind: 'list' }>): WriteFields {
  const name = field.localName;
  if (field.listKind === 'message') {
    const write = compileTagged(field, field.number);
    return (writer, fields) => {
      for (const item of listOf(field, fields[name])) write(writer, item);
    };
  }
  const write = compileScalar(field, field.listKind === 'enum' ? ScalarType.INT32 : field.scalar);
  if (!field.packed) {
    const writeTagged = compileTagged(field, field.number);
    return (writer, fields) => {
      for (const item of listOf(field, fields[name])) writeTagged(writer, item);
    };
  }
  return (writer, fields) => {
    const items = listOf(field, fields[name]);
    if (items.length === 0) return;
    writer.tag(field.number, WireType.LengthDelimited).fork();
    for (const item of items) write(writer, item);
    writer.join();
  };
}

function compileMap(field: Extract<DescField, { fieldKind: 'map' }>): WriteFields {
  if (field.mapKey !== ScalarType.STRING)
    throw new Error(`${field.toString()}: maps of the protocol have text keys only`);
  const name = field.localName;
  const write = compileTagged(field, 2);
  return (writer, fields) => {
    const entries = fields[name];
    if (!isFields(entries)) throw mismatch(field, entries);
    for (const key of sortedKeys(entries)) {
      writer.tag(field.number, WireType.LengthDelimited).fork();
      writer.tag(1, WireType.LengthDelimited).string(key);
      write(writer, entries[key]);
      writer.join();
    }
  };
}

/** Writes one value with its tag: of a singular field, of a list item, of a map entry. */
function compileTagged(field: DescField, number: number): WriteValue {
  if (field.message === undefined) {
    const type = field.enum === undefined ? field.scalar : ScalarType.INT32;
    if (type === undefined) throw new Error(`${field.toString()}: neither message nor enum nor scalar`);
    const wireType = wireTypeOf(type);
    const write = compileScalar(field, type);
    return (writer, value) => write(writer.tag(number, wireType), value);
  }
  if (holdsJsonObject(field)) {
    return (writer, value) => {
      if (!isFields(value)) throw mismatch(field, value);
      writer.tag(number, WireType.LengthDelimited).fork();
      writeStruct(writer, value, field);
      writer.join();
    };
  }
  const unwrapped = holdsUnwrappedValue(field);
  const write = compiled(field.message);
  return (writer, value) => {
    const fields = unwrapped ? { value } : value;
    if (!isFields(fields)) throw mismatch(field, value);
    writer.tag(number, WireType.LengthDelimited).fork();
    write(writer, fields);
    writer.join();
  };
}

function listOf(field: DescField, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw mismatch(field, value);
  return value;
}

/** Fields of a newer protocol, kept by decoding. */
function writeUnknown(writer: BinaryWriter, unknown: unknown): void {
  if (!Array.isArray(unknown)) return;
  for (const { no, wireType, data } of unknown satisfies UnknownField[]) writer.tag(no, wireType).raw(data);
}
