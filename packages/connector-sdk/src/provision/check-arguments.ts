import { closest } from '@baton-ts/command-line';
import {
  type Constraint,
  ConstraintKind,
  type Field,
  type Int64Rules,
  type StringRules,
} from '@baton-ts/protocol/config-v1';
import type { BatonActionSchema } from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';

type Kind = NonNullable<Field['field']['case']>;

const isObject = (value: JsonValue): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const isListOf =
  (isItem: (item: JsonValue) => boolean) =>
  (value: JsonValue): boolean =>
    Array.isArray(value) && value.every(isItem);
const isText = (value: JsonValue): value is string => typeof value === 'string';

const kinds: Readonly<Record<Kind, { readonly named: string; readonly fits: (value: JsonValue) => boolean }>> = {
  stringField: { named: 'text', fits: isText },
  intField: { named: 'a whole number', fits: (value) => Number.isSafeInteger(value) },
  boolField: { named: 'true or false', fits: (value) => typeof value === 'boolean' },
  stringSliceField: { named: 'a list of texts', fits: isListOf(isText) },
  stringMapField: { named: 'an object of named values', fits: isObject },
  resourceIdField: { named: 'a resource id', fits: isObject },
  resourceIdSliceField: { named: 'a list of resource ids', fits: isListOf(isObject) },
  resourceField: { named: 'a resource', fits: isObject },
  resourceSliceField: { named: 'a list of resources', fits: isListOf(isObject) },
  entitlementSliceField: { named: 'a list of entitlements', fits: isListOf(isObject) },
  grantSliceField: { named: 'a list of grants', fits: isListOf(isObject) },
};

/**
 * Checks an action's arguments against its schema. Throws `InvalidArgument` that names the action, the argument and what it
 * has to be.
 */
export function checkArguments(schema: BatonActionSchema, args: JsonObject): void {
  const names = schema.arguments.map(({ name }) => name);
  const wrong = (what: string): BatonError =>
    new BatonError(Code.InvalidArgument, `the action "${schema.name}" ${what}`);
  for (const name of Object.keys(args)) {
    if (names.includes(name)) continue;
    const guess = closest(name, names);
    const next = guess === undefined ? `its arguments: ${names.join(', ') || 'none'}` : `did you mean "${guess}"?`;
    throw wrong(`has no argument "${name}"; ${next}`);
  }
  for (const field of schema.arguments) {
    const value = args[field.name] ?? null;
    if (isMissing(value)) {
      if (isRequired(field))
        throw wrong(`needs the argument "${field.name}": ${field.description || field.displayName}`);
      continue;
    }
    const fault = valueFault(field, value);
    if (fault !== undefined) throw wrong(`wants the argument "${field.name}" to be ${fault}`);
  }
  for (const constraint of schema.constraints) {
    const fault = constraintFault(constraint, args);
    if (fault !== undefined) throw wrong(fault);
  }
}

function isMissing(value: JsonValue): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function isRequired({ isRequired: flag, field }: Field): boolean {
  if (flag) return true;
  const rules = field.value !== undefined && 'rules' in field.value ? field.value.rules : undefined;
  return rules !== undefined && 'isRequired' in rules && rules.isRequired;
}

/** What the value should have been; undefined when it is right. */
function valueFault({ field }: Field, value: JsonValue): string | undefined {
  if (field.case === undefined) return undefined;
  const { named, fits } = kinds[field.case];
  if (!fits(value)) return named;
  switch (field.case) {
    case 'stringField': {
      const options = field.value.options.map((option) => option.value);
      const text = isText(value) ? value : '';
      const isOffered = options.length === 0 || options.includes(text);
      return isOffered ? stringFault(field.value.rules, text) : `one of ${options.join(', ')}`;
    }
    case 'intField':
      return intFault(field.value.rules, BigInt(Number(value)));
    case 'stringSliceField': {
      const items = Array.isArray(value) ? value.filter(isText) : [];
      const { minItems = 0n, maxItems, unique = false, itemRules } = field.value.rules ?? {};
      if (items.length < minItems) return `a list of at least ${minItems}`;
      if (maxItems !== undefined && items.length > maxItems) return `a list of at most ${maxItems}`;
      if (unique && new Set(items).size < items.length) return 'a list without repetitions';
      return items.map((item) => stringFault(itemRules, item)).find((fault) => fault !== undefined);
    }
    default:
      return undefined;
  }
}

function stringFault(rules: StringRules | undefined, value: string): string | undefined {
  if (rules === undefined) return undefined;
  const { eq, len, minLen, maxLen, pattern, prefix, suffix, contains } = rules;
  const length = [...value].length;
  if (eq !== undefined && value !== eq) return `"${eq}"`;
  if (len !== undefined && BigInt(length) !== len) return `${len} characters long`;
  if (minLen !== undefined && length < minLen) return `at least ${minLen} characters long`;
  if (maxLen !== undefined && length > maxLen) return `at most ${maxLen} characters long`;
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) return `of the form ${pattern}`;
  if (prefix !== undefined && !value.startsWith(prefix)) return `text that starts with "${prefix}"`;
  if (suffix !== undefined && !value.endsWith(suffix)) return `text that ends with "${suffix}"`;
  if (contains !== undefined && !value.includes(contains)) return `text with "${contains}" in it`;
  if (rules.in.length > 0 && !rules.in.includes(value)) return `one of ${rules.in.join(', ')}`;
  return rules.notIn.includes(value) ? `none of ${rules.notIn.join(', ')}` : undefined;
}

function intFault(rules: Int64Rules | undefined, value: bigint): string | undefined {
  if (rules === undefined) return undefined;
  const { eq, lt, lte, gt, gte } = rules;
  if (eq !== undefined && value !== eq) return `${eq}`;
  if (lt !== undefined && value >= lt) return `less than ${lt}`;
  if (lte !== undefined && value > lte) return `at most ${lte}`;
  if (gt !== undefined && value <= gt) return `more than ${gt}`;
  if (gte !== undefined && value < gte) return `at least ${gte}`;
  if (rules.in.length > 0 && !rules.in.includes(value)) return `one of ${rules.in.join(', ')}`;
  return rules.notIn.includes(value) ? `none of ${rules.notIn.join(', ')}` : undefined;
}

function constraintFault({ kind, fieldNames, secondaryFieldNames }: Constraint, args: JsonObject): string | undefined {
  const isGiven = (name: string): boolean => !isMissing(args[name] ?? null);
  const given = fieldNames.filter(isGiven);
  const all = fieldNames.join(', ');
  switch (kind) {
    case ConstraintKind.REQUIRED_TOGETHER:
      return given.length === 0 || given.length === fieldNames.length ? undefined : `needs all of ${all}, or none`;
    case ConstraintKind.AT_LEAST_ONE:
      return given.length > 0 ? undefined : `needs at least one of ${all}`;
    case ConstraintKind.MUTUALLY_EXCLUSIVE:
      return given.length < 2 ? undefined : `takes only one of ${all}`;
    case ConstraintKind.DEPENDENT_ON: {
      const missing = secondaryFieldNames.filter((name) => !isGiven(name));
      return given.length === 0 || missing.length === 0 ? undefined : `needs ${missing.join(', ')} with ${all}`;
    }
    default:
      return undefined;
  }
}
