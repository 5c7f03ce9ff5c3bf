import { packAny, typeNameOf, unpack } from '@baton-ts/protocol/annotations';
import { ResourceTypeSchema } from '@baton-ts/protocol/connector-v2';
import { registry } from '@baton-ts/protocol/registry';
import { create, type DescField, type DescMessage, isMessage, type MessageShape } from '@bufbuild/protobuf';
import { isReflectMessage, type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import {
  type Any,
  AnySchema,
  StructSchema,
  TimestampSchema,
  timestampFromMs,
  timestampMs,
  ValueSchema,
} from '@bufbuild/protobuf/wkt';
import type { Masks } from './masks.ts';

/** How messages are masked. */
export interface MessageMask {
  readonly masks: Masks;
  /** Added to every time. */
  readonly shiftMs: number;
  /** Called with the type of an annotation that this program does not know. It is left out unless this throws. */
  readonly unknownAnnotation: (typeName: string) => void;
}

/** Fields whose texts are words of the field, not names: resource types wherever they are named, and slugs. */
const WORD_FIELD = /(?:^|_)resource_type(?:_ids?)?$|^slug$/;

/**
 * The message with every text, key and number of a profile replaced and every time shifted. What is neither, as enums and
 * yes or no, stays. Bytes and fields of a newer protocol are left out, since nobody can tell what they hold.
 */
export function maskMessage<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
  mask: MessageMask,
): MessageShape<Desc> {
  const masked = create(schema);
  maskFields(reflect(schema, message), reflect(schema, masked), mask);
  return masked;
}

function maskFields(from: ReflectMessage, to: ReflectMessage, mask: MessageMask): void {
  for (const field of from.fields) {
    if (!from.isSet(field)) continue;
    if (field.fieldKind === 'list') {
      const list = to.get(field);
      for (const item of from.get(field)) {
        const value = maskValue(field, item, mask);
        if (value !== undefined) list.add(value);
      }
    } else if (field.fieldKind === 'map') {
      const map = to.get(field);
      for (const [key, item] of from.get(field)) {
        const value = maskValue(field, item, mask);
        if (value !== undefined) map.set(maskKey(field, key, mask), value);
      }
    } else {
      const value = maskValue(field, from.get(field), mask);
      if (value !== undefined) to.set(field, value);
    }
  }
}

/** Undefined for what is left out. */
function maskValue(field: DescField, value: unknown, mask: MessageMask): unknown {
  if (isReflectMessage(value)) return maskNested(value, mask);
  if (value instanceof Uint8Array) return undefined;
  if (typeof value === 'string') return isWord(field) ? mask.masks.word(value) : mask.masks.text(value);
  // Numbers of a profile may be anybody's number; those of other messages are counts, orders and versions.
  if (typeof value === 'number' && field.parent.typeName === ValueSchema.typeName && field.name === 'number_value') {
    return mask.masks.number(value);
  }
  return value;
}

function isWord(field: DescField): boolean {
  return (
    WORD_FIELD.test(field.name) ||
    (field.parent.typeName === ResourceTypeSchema.typeName && (field.name === 'id' || field.name === 'display_name'))
  );
}

/** The keys of a profile are words, those of other maps are ids. */
function maskKey(field: DescField, key: unknown, { masks }: MessageMask): unknown {
  if (typeof key !== 'string') return key;
  return field.parent.typeName === StructSchema.typeName ? masks.word(key) : masks.text(key);
}

function maskNested(from: ReflectMessage, mask: MessageMask): ReflectMessage | undefined {
  const { message } = from;
  if (isMessage(message, AnySchema)) {
    const any = maskAny(message, mask);
    return any === undefined ? undefined : reflect(AnySchema, any);
  }
  if (isMessage(message, TimestampSchema)) {
    const shifted = timestampFromMs(timestampMs(message) + mask.shiftMs);
    return reflect(TimestampSchema, shifted);
  }
  const to = reflect(from.desc);
  maskFields(from, to, mask);
  return to;
}

/** The annotation masked; undefined when its type is not known. */
function maskAny(any: Any, mask: MessageMask): Any | undefined {
  const schema = registry.getMessage(typeNameOf(any));
  if (schema === undefined) {
    mask.unknownAnnotation(typeNameOf(any));
    return undefined;
  }
  return packAny(schema, maskMessage(schema, unpack(schema, any), mask));
}
