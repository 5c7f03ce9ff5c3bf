import { type DescEnum, type DescField, type DescFile, type DescMessage, ScalarType } from '@bufbuild/protobuf';

/**
 * What two programs must agree on to understand each other, without words and comments: for each message, enum and
 * service (`message c1.connector.v2.Grant`) one line for each field, value or call.
 */
export type WireFacts = Record<string, string[]>;

export function factsOfFiles(files: readonly DescFile[]): WireFacts {
  const facts: WireFacts = {};
  for (const file of files) {
    for (const message of file.messages) addMessage(facts, message);
    for (const item of file.enums) addEnum(facts, item);
    for (const service of file.services) {
      facts[`service ${service.typeName}`] = service.methods.map(
        ({ name, input, output, methodKind }) =>
          `${name}: ${input.typeName} -> ${output.typeName} ${methodKind.replace('_streaming', '_stream')}`,
      );
    }
  }
  return facts;
}

function addMessage(facts: WireFacts, message: DescMessage): void {
  const { reservedName, reservedRange } = message.proto;
  const reserved = [
    ...reservedRange.map(({ start, end }) => (end - start === 1 ? String(start) : `${start}-${end - 1}`)),
    ...reservedName,
  ];
  facts[heading('message', message)] = [
    ...message.fields.map(fieldLine),
    ...(reserved.length === 0 ? [] : [`reserved ${reserved.join(' ')}`]),
  ];
  for (const nested of message.nestedMessages) addMessage(facts, nested);
  for (const nested of message.nestedEnums) addEnum(facts, nested);
}

function addEnum(facts: WireFacts, item: DescEnum): void {
  const numbers = item.proto.reservedRange.flatMap(({ start, end }) =>
    Array.from({ length: end - start + 1 }, (_, index) => start + index),
  );
  facts[heading('enum', item)] = [
    ...item.values.map(({ number, name }) => `${number} ${name}`),
    ...(numbers.length === 0 ? [] : [`reserved ${numbers.join(' ')}`]),
  ];
}

function heading(kind: string, item: DescMessage | DescEnum): string {
  return `${kind} ${item.typeName}${item.deprecated ? ' deprecated' : ''}`;
}

function fieldLine(field: DescField): string {
  return line({
    number: String(field.number),
    name: field.name,
    type: field.fieldKind === 'map' ? `map<${scalarName(field.mapKey)},${valueType(field)}>` : valueType(field),
    label: field.fieldKind === 'list' ? 'repeated' : field.proto.proto3Optional ? 'optional' : '',
    oneof: field.oneof?.name ?? '',
    deprecated: field.deprecated,
  });
}

function valueType(field: DescField): string {
  return field.message?.typeName ?? field.enum?.typeName ?? scalarName(field.scalar);
}

function scalarName(type: ScalarType | undefined): string {
  return type === undefined ? '' : (ScalarType[type]?.toLowerCase() ?? '');
}

interface FieldFacts {
  readonly number: string;
  readonly name: string;
  readonly type: string;
  readonly label: string;
  readonly oneof: string;
  readonly deprecated: boolean;
}

function line({ number, name, type, label, oneof, deprecated }: FieldFacts): string {
  return [number, name, label, type, oneof && `in ${oneof}`, deprecated && 'deprecated'].filter(Boolean).join(' ');
}

/** Reads the table that was taken from the reference, for the rows that `wanted` accepts. */
export function factsOfTable(text: string, wanted: (row: { file: string; packageName: string }) => boolean): WireFacts {
  const facts: WireFacts = {};
  for (const row of text.split('\n').slice(1)) {
    const [kind = '', packageName = '', owner = '', number = '', name = '', type = '', label = '', oneof = ''] =
      row.split('\t');
    const [, , , , , , , , deprecated = '', , file = ''] = row.split('\t');
    if (row === '' || !wanted({ file, packageName })) continue;
    const suffix = deprecated === '' ? '' : ' deprecated';
    const lines = () => blockOf(facts, `${packageName}.${owner}`);
    switch (kind) {
      case 'message':
      case 'enum':
      case 'service':
        facts[`${kind} ${packageName}.${owner}${suffix}`] = [];
        break;
      case 'field':
        lines().push(
          line({
            number,
            name,
            type,
            label: label === 'singular' || label === 'map' ? '' : label,
            oneof,
            deprecated: deprecated !== '',
          }),
        );
        break;
      case 'enum_value':
        lines().push(`${number} ${name}`);
        break;
      case 'rpc':
        lines().push(`${name}: ${type} ${label}`);
        break;
      case 'reserved':
        lines().push(`reserved ${[number, name].filter(Boolean).join(' ')}`);
        break;
      default:
        // A oneof is told by its members.
        break;
    }
  }
  return facts;
}

function blockOf(facts: WireFacts, name: string): string[] {
  const found = Object.keys(facts).find((key) => key.split(' ')[1] === name);
  return (found === undefined ? undefined : facts[found]) ?? [];
}

/** The compact form that is kept beside the tests. */
export function printFacts(facts: WireFacts): string {
  return Object.keys(facts)
    .sort()
    .map((key) => [key, ...reservedLast(facts[key] ?? []).map((text) => `  ${text}`)].join('\n'))
    .join('\n')
    .concat('\n');
}

function reservedLast(lines: readonly string[]): string[] {
  return lines.toSorted((a, b) => Number(a.startsWith('reserved ')) - Number(b.startsWith('reserved ')));
}
