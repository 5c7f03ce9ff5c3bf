import { existsSync, readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

/** The table of every message on the wire, which lies beside the repository where it is developed. */
const TABLE = new URL('../../../../../shared/reference/wire-facts.tsv', import.meta.url);

/** Why tests that need the table are skipped; false where it is. */
export const withoutTable: string | false = existsSync(TABLE)
  ? false
  : 'there is no ../shared/reference/wire-facts.tsv beside this repository';

/**
 * The messages of the wire, built from the table and not from generated code: a second opinion for tests. Fields have
 * the names of the table. Without the table only Google's own, for tests that are skipped then.
 *
 * @example wireMessages().lookupType('c1.connectorapi.baton.v1.Task').encode({ id, hello: {} }).finish()
 */
export function wireMessages(): protobuf.Root {
  const root: Namespace = { nested: {} };
  for (const name of ['any', 'duration', 'struct', 'timestamp', 'wrappers']) {
    const known: unknown = protobuf.common.get(`google/protobuf/${name}.proto`);
    const messages = ['google', 'protobuf'].reduce(member, known);
    Object.assign(space(root, 'google.protobuf').nested, nestedOf(messages));
  }
  Object.assign(space(root, 'google.rpc.Status'), {
    fields: {
      code: { type: 'int32', id: 1 },
      message: { type: 'string', id: 2 },
      details: { type: '.google.protobuf.Any', id: 3, rule: 'repeated' },
    },
  });
  if (withoutTable !== false) return protobuf.Root.fromJSON(root);
  for (const line of readFileSync(TABLE, 'utf8').split('\n').slice(1)) addRow(root, line.split('\t'));
  return protobuf.Root.fromJSON(root);
}

function nestedOf(namespace: unknown): object {
  const isNamespace = typeof namespace === 'object' && namespace !== null && 'nested' in namespace;
  return isNamespace && typeof namespace.nested === 'object' && namespace.nested !== null ? namespace.nested : {};
}

function member(namespace: unknown, name: string): unknown {
  return Object.entries(nestedOf(namespace)).find(([key]) => key === name)?.[1];
}

interface Namespace {
  readonly nested: Record<string, Namespace>;
  fields?: Record<string, object>;
  oneofs?: Record<string, { readonly oneof: string[] }>;
  values?: Record<string, number>;
}

function addRow(root: Namespace, row: readonly string[]): void {
  const [kind, packageName = '', owner = '', number = '', name = '', type = '', label = '', oneof = ''] = row;
  const target = (): Namespace => space(root, `${packageName}.${owner}`);
  if (kind === 'message') target().fields ??= {};
  if (kind === 'enum') target().values ??= {};
  if (kind === 'enum_value') (target().values ??= {})[name] = Number(number);
  // Rules of forms, whose messages the table does not hold.
  if (kind !== 'field' || type.startsWith('validate.')) return;
  const [, keyType, valueType] = /^map<(.+),(.+)>$/.exec(type) ?? [];
  const rule = label === 'repeated' ? { rule: label } : {};
  const map = keyType === undefined ? {} : { keyType };
  (target().fields ??= {})[name] = { id: Number(number), type: typeName(valueType ?? type), ...rule, ...map };
  if (oneof !== '') ((target().oneofs ??= {})[oneof] ??= { oneof: [] }).oneof.push(name);
}

const typeName = (type: string): string => (type.includes('.') ? `.${type}` : type);

function space(root: Namespace, path: string): Namespace {
  return path.split('.').reduce((parent, part) => (parent.nested[part] ??= { nested: {} }), root);
}
