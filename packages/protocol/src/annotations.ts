import { create, type DescMessage, fromBinary, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import { type Any, AnySchema } from '@bufbuild/protobuf/wkt';
import { encode } from './encode.ts';
import { BatonError, Code } from './errors.ts';

const typeUrlPrefix = 'type.googleapis.com/';

/** The full name of the message in an `Any`: what follows the last `/` of its type URL (`c1z-format.md §3.3`). */
export function typeNameOf(any: Any): string {
  return any.typeUrl.slice(any.typeUrl.lastIndexOf('/') + 1);
}

/**
 * Packs a message as an annotation. Equal messages give equal bytes.
 *
 * @example packAny(GrantExpandableSchema, { entitlementIds: [id], shallow: true })
 */
export function packAny<Desc extends DescMessage>(schema: Desc, init: MessageInitShape<Desc>): Any {
  return create(AnySchema, {
    typeUrl: `${typeUrlPrefix}${schema.typeName}`,
    value: encode(schema, create(schema, init)),
  });
}

/**
 * The first annotation of this type, decoded; undefined when there is none.
 *
 * @throws BatonError `DataLoss` when its bytes are not such a message
 */
export function findAnnotation<Desc extends DescMessage>(
  annotations: readonly Any[],
  schema: Desc,
): MessageShape<Desc> | undefined {
  const found = annotations.find((any) => typeNameOf(any) === schema.typeName);
  return found && unpack(schema, found);
}

export function hasAnnotation(annotations: readonly Any[], schema: DescMessage): boolean {
  return annotations.some((any) => typeNameOf(any) === schema.typeName);
}

/** The list without the annotations of this type. The list itself is not changed. */
export function withoutAnnotation(annotations: readonly Any[], schema: DescMessage): Any[] {
  return annotations.filter((any) => typeNameOf(any) !== schema.typeName);
}

/** The list with exactly one annotation of this type: it takes the place of the first one, or comes last. */
export function withAnnotation<Desc extends DescMessage>(
  annotations: readonly Any[],
  schema: Desc,
  init: MessageInitShape<Desc>,
): Any[] {
  const place = annotations.findIndex((any) => typeNameOf(any) === schema.typeName);
  const result = withoutAnnotation(annotations, schema);
  result.splice(place === -1 ? result.length : place, 0, packAny(schema, init));
  return result;
}

/**
 * Decodes an `Any` whose type is known to be `schema`.
 *
 * @throws BatonError `DataLoss` when its bytes are not such a message
 */
export function unpack<Desc extends DescMessage>(schema: Desc, any: Any): MessageShape<Desc> {
  try {
    return fromBinary(schema, any.value);
  } catch (cause) {
    throw new BatonError(
      Code.DataLoss,
      `An annotation says that it is a ${schema.typeName}, and its ${any.value.length} bytes are not one. ` +
        'The program that wrote it is at fault, or the data was damaged on the way.',
      { cause },
    );
  }
}
