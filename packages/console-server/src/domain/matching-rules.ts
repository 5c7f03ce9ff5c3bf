import type { App } from '@baton-ts/console-api';
import { type CelInput, celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';

export type MatchingRule = App['matchingRules'][number];

/** A key longer than this names nobody. */
const LONGEST_KEY = 500;

/** Of the string functions those whose result is no longer than what they are given. */
const functions = new Set([
  'charAt',
  'indexOf',
  'lastIndexOf',
  'lowerAscii',
  'upperAscii',
  'split',
  'substring',
  'trim',
]);

const environment = celEnv({ funcs: strings.filter(({ name }) => functions.has(name)) });

/** Gives the key of one account or person; `undefined` where the expression gives no text, an empty one or an error. */
export type KeyOf = (about: Readonly<Record<string, unknown>>) => string | undefined;

/**
 * An expression of a custom matching rule, ready to be asked often. How long it takes follows from its length alone.
 *
 * @param variable what the expression calls the thing: `account` or `user`
 * @throws Error with what is wrong with it, for the person who wrote it
 * @example
 * const key = compileKey('account', 'account.profile.employee_id');
 * key({ profile: { employee_id: 'E7' } }); // 'e7'
 */
export function compileKey(variable: 'account' | 'user', expression: string): KeyOf {
  const parsed = parse(expression);
  refuseLoops(parsed.expr);
  const evaluate = plan(environment, parsed);
  return (about) => {
    const result = evaluate({ [variable]: celInput(about) });
    if (isCelError(result) || typeof result !== 'string') return undefined;
    const key = result.trim().toLowerCase();
    return key === '' || key.length > LONGEST_KEY ? undefined : key;
  };
}

type Expr = ReturnType<typeof parse>['expr'];

/** Loops multiply with each other, and a pattern can take for ever; neither is needed to name a key. */
function refuseLoops(expr: Expr | undefined): void {
  switch (expr?.exprKind.case) {
    case 'comprehensionExpr':
      throw new Error('Loops over lists (all, exists, exists_one, map, filter) cannot be used here.');
    case 'callExpr': {
      const { target, args, function: name } = expr.exprKind.value;
      if (name === 'matches') throw new Error('Patterns (matches) cannot be used here.');
      for (const one of [target, ...args]) refuseLoops(one);
      return;
    }
    case 'selectExpr':
      refuseLoops(expr.exprKind.value.operand);
      return;
    case 'listExpr':
      for (const one of expr.exprKind.value.elements) refuseLoops(one);
      return;
    case 'structExpr':
      for (const { value } of expr.exprKind.value.entries) refuseLoops(value);
      return;
    default:
  }
}

/** JSON as CEL takes it: objects as maps. */
function celInput(value: unknown): CelInput {
  if (Array.isArray(value)) return value.map(celInput);
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([key, one]) => [key, celInput(one)]));
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
