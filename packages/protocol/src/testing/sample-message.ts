import { type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import { type ReflectMessage, reflect, type ScalarValue } from '@bufbuild/protobuf/reflect';
import { seededRandom } from './random-numbers.ts';

/** Fills a message of any type with values that depend on the seed only; nested messages to a depth of four. */
export function sampleMessage(schema: DescMessage, seed: number): Message {
  const random = seededRandom(seed);
  return sample(schema, (limit) => Math.floor(random() * limit), 4).message;
}

type Below = (limit: number) => number;

function sample(schema: DescMessage, below: Below, depth: number): ReflectMessage {
  const made = reflect(schema);
  for (const member of made.members) {
    if (member.kind === 'oneof') {
      const fields = member.fields.filter((field) => depth > 0 || field.message === undefined);
      const field = fields[below(fields.length)];
      if (field !== undefined) fill(made, field, below, depth);
    } else if (below(4) > 0) {
      fill(made, member, below, depth);
    }
  }
  return made;
}

function fill(made: ReflectMessage, field: DescField, below: Below, depth: number): void {
  const nested = (schema: DescMessage) => sample(schema, below, depth - 1);
  if (field.message !== undefined && depth === 0) return;
  switch (field.fieldKind) {
    case 'message':
      made.set(field, nested(field.message));
      break;
    case 'enum':
      made.set(field, field.enum.values[below(field.enum.values.length)]?.number ?? 0);
      break;
    case 'scalar':
      made.set(field, scalar(field.scalar, below));
      break;
    case 'list':
      for (let count = below(4); count > 0; count--) {
        if (field.listKind === 'message') made.get(field).add(nested(field.message));
        else if (field.listKind === 'enum') made.get(field).add(field.enum.values[0]?.number ?? 0);
        else made.get(field).add(scalar(field.scalar, below));
      }
      break;
    case 'map':
      for (let count = below(4); count > 0; count--) {
        const key = text(below);
        if (field.mapKind === 'message') made.get(field).set(key, nested(field.message));
        else if (field.mapKind === 'scalar') made.get(field).set(key, scalar(field.scalar, below));
      }
      break;
  }
}

function scalar(type: ScalarType, below: Below): ScalarValue {
  switch (type) {
    case ScalarType.STRING:
      return text(below);
    case ScalarType.BYTES:
      return Uint8Array.from({ length: below(200) }, () => below(256));
    case ScalarType.BOOL:
      return below(2) === 1;
    case ScalarType.INT64:
      return BigInt(below(2 ** 31)) * BigInt(below(2 ** 31)) * (below(2) === 1 ? 1n : -1n);
    case ScalarType.UINT64:
      return BigInt(below(2 ** 31)) * BigInt(below(2 ** 31));
    case ScalarType.INT32:
      return below(2 ** 32) - 2 ** 31;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return below(1000) / 8;
    default:
      return below(2 ** 31);
  }
}

const letters = ['a', 'Z', '9', '1', ' ', '/', 'ß', '漢', '\uFF5E', '\u{1F600}'];

function text(below: Below): string {
  return Array.from({ length: below(12) }, () => letters[below(letters.length)] ?? '').join('');
}
