import { type DescField, ScalarType } from '@bufbuild/protobuf';
import { type BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { BatonError, Code } from './errors.ts';
import { sortedKeys } from './key-order.ts';
import { type Fields, isFields } from './local-form.ts';

/** Writes one value without its tag. */
export type WriteValue = (writer: BinaryWriter, value: unknown) => void;

/** Writes the entries of a `google.protobuf.Struct`, which the generated code holds as a JSON object. */
export function writeStruct(writer: BinaryWriter, object: Fields, field: DescField): void {
  for (const key of sortedKeys(object)) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string(key);
    writer.tag(2, WireType.LengthDelimited).fork();
    writeJson(writer, object[key], field);
    writer.join().join();
  }
}

function writeJson(writer: BinaryWriter, value: unknown, field: DescField): void {
  if (value === null) {
    writer.tag(1, WireType.Varint).int32(0);
  } else if (typeof value === 'number' && Number.isFinite(value)) {
    writer.tag(2, WireType.Bit64).double(value);
  } else if (typeof value === 'string') {
    writer.tag(3, WireType.LengthDelimited).string(value);
  } else if (typeof value === 'boolean') {
    writer.tag(4, WireType.Varint).bool(value);
  } else if (isFields(value)) {
    writer.tag(5, WireType.LengthDelimited).fork();
    writeStruct(writer, value, field);
    writer.join();
  } else if (Array.isArray(value)) {
    writer.tag(6, WireType.LengthDelimited).fork();
    for (const item of value) {
      writer.tag(1, WireType.LengthDelimited).fork();
      writeJson(writer, item, field);
      writer.join();
    }
    writer.join();
  } else {
    throw mismatch(field, value);
  }
}

export function isZero(value: unknown): boolean {
  if (typeof value === 'number') return Object.is(value, 0);
  return value === '' || value === false || value === 0n || (value instanceof Uint8Array && value.length === 0);
}

/** Only the scalar types that the protocol's messages and the well-known types use. */
export function compileScalar(field: DescField, type: ScalarType): WriteValue {
  const write = scalarWriter(type, field);
  return (writer, value) => {
    try {
      write(writer, value);
    } catch (error) {
      throw BatonError.is(error) ? error : mismatch(field, value, error);
    }
  };
}

function scalarWriter(type: ScalarType, field: DescField): WriteValue {
  switch (type) {
    case ScalarType.STRING:
      return (writer, value) => {
        if (typeof value !== 'string') throw mismatch(field, value);
        writer.string(value);
      };
    case ScalarType.BOOL:
      return (writer, value) => {
        if (typeof value !== 'boolean') throw mismatch(field, value);
        writer.bool(value);
      };
    case ScalarType.BYTES:
      return (writer, value) => {
        if (!(value instanceof Uint8Array)) throw mismatch(field, value);
        writer.bytes(value);
      };
    case ScalarType.INT64:
      return (writer, value) => {
        if (typeof value !== 'bigint') throw mismatch(field, value);
        writer.int64(value);
      };
    case ScalarType.UINT64:
      return (writer, value) => {
        if (typeof value !== 'bigint') throw mismatch(field, value);
        writer.uint64(value);
      };
    case ScalarType.INT32:
      return (writer, value) => {
        if (typeof value !== 'number') throw mismatch(field, value);
        writer.int32(value);
      };
    case ScalarType.UINT32:
      return (writer, value) => {
        if (typeof value !== 'number') throw mismatch(field, value);
        writer.uint32(value);
      };
    case ScalarType.FLOAT:
      return (writer, value) => {
        if (typeof value !== 'number') throw mismatch(field, value);
        writer.float(value);
      };
    case ScalarType.DOUBLE:
      return (writer, value) => {
        if (typeof value !== 'number') throw mismatch(field, value);
        writer.double(value);
      };
    default:
      throw new Error(`${field.toString()}: no message of the protocol has a field of type ${ScalarType[type]}`);
  }
}

export function wireTypeOf(type: ScalarType): WireType {
  switch (type) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.LengthDelimited;
    case ScalarType.DOUBLE:
      return WireType.Bit64;
    case ScalarType.FLOAT:
      return WireType.Bit32;
    default:
      return WireType.Varint;
  }
}

export function mismatch(field: DescField, value: unknown, cause?: unknown): BatonError {
  const found = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  const detail = typeof value === 'number' ? `the number ${value}` : found;
  return new BatonError(
    Code.InvalidArgument,
    `${field.parent.typeName}.${field.name} cannot hold ${detail}. The code that filled the field is at fault.`,
    { cause },
  );
}
