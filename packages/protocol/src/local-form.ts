import type { DescField } from '@bufbuild/protobuf';
import { isWrapperDesc } from '@bufbuild/protobuf/wkt';

/** Generated code holds a `google.protobuf.Struct` field as a plain JSON object. */
export function holdsJsonObject(field: DescField): boolean {
  return field.message?.typeName === 'google.protobuf.Struct' && !field.parent.typeName.startsWith('google.protobuf.');
}

/** Generated code holds a singular wrapper field (`google.protobuf.BoolValue`) as the bare value. */
export function holdsUnwrappedValue(field: DescField): boolean {
  return field.fieldKind === 'message' && field.oneof === undefined && isWrapperDesc(field.message);
}

/** The fields of a message or the entries of a map, by name. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
