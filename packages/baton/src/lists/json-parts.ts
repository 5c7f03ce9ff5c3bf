import { toProtoJson } from '@baton-ts/protocol/json';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';

const written = new WeakMap<object, string>();

/** A message as compact protobuf JSON, written once for as long as the object lives: joined objects recur in many rows. */
export function jsonOf<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): string {
  let text = written.get(message);
  if (text === undefined) {
    text = toProtoJson(schema, message);
    written.set(message, text);
  }
  return text;
}

/** An object of parts that are JSON already; undefined ones are left out. */
export function jsonObject(fields: readonly (readonly [name: string, json: string | undefined])[]): string {
  return `{${fields.flatMap(([name, json]) => (json === undefined ? [] : [`"${name}":${json}`])).join(',')}}`;
}
