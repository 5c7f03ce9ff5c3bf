import { closest } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type CelInput, celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import type { List, Variable } from './list.ts';
import { note } from './note.ts';

/** Tells which rows a `--filter` lets through. */
export interface RowFilter<Row> {
  matches(row: Row): boolean;
  /** Says on stderr how many rows could not be judged, for example for want of a profile field. They do not match. */
  tellUnjudged(): void;
}

/**
 * Compiles a CEL expression over the variables of a list. Names are checked at once, so that a misspelt one is an error
 * and not an empty answer.
 *
 * @throws BatonError that shows the place in the expression
 */
export function compileFilter<Row>(text: string, variables: List<Row>['variables']): RowFilter<Row> {
  const parsed = parseExpression(text);
  const place = (id: bigint): number => parsed.sourceInfo?.positions[String(id)] ?? 0;
  const used = new Map<string, Set<string> | 'whole'>();
  const environment = celEnv();
  visit(parsed.expr, new Set());
  const evaluate = plan(environment, parsed);
  let unjudged = 0;
  let reason = '';

  return {
    matches(row) {
      const bindings: Record<string, CelInput> = {};
      for (const [name, fields] of used) bindings[name] = bind(variables[name] ?? {}, fields, row);
      const result = evaluate(bindings);
      if (typeof result === 'boolean') return result;
      if (!isCelError(result)) {
        throw complaint(text, 0, 'gives no yes or no; compare it with something, for example == "x"');
      }
      unjudged += 1;
      reason ||= result.message;
      return false;
    },
    tellUnjudged() {
      if (unjudged === 0) return;
      note(
        `--filter could not be answered for ${unjudged} ${unjudged === 1 ? 'row, which is' : 'rows, which are'} left out (${reason}). has(x.y) asks whether a field is there`,
      );
    },
  };

  function visit(node: Expression | undefined, local: ReadonlySet<string>): void {
    const kind = node?.exprKind;
    if (node === undefined || kind === undefined) return;
    switch (kind.case) {
      case 'identExpr':
        if (!local.has(kind.value.name)) use(kind.value.name, undefined, node.id);
        return;
      case 'selectExpr': {
        const operand = kind.value.operand;
        if (operand?.exprKind.case === 'identExpr' && !local.has(operand.exprKind.value.name)) {
          return use(operand.exprKind.value.name, kind.value.field, operand.id);
        }
        return visit(operand, local);
      }
      case 'callExpr':
        checkFunction(kind.value.function, node.id);
        visit(kind.value.target, local);
        for (const argument of kind.value.args) visit(argument, local);
        return;
      case 'listExpr':
        for (const element of kind.value.elements) visit(element, local);
        return;
      case 'structExpr':
        for (const entry of kind.value.entries) {
          if (entry.keyKind.case === 'mapKey') visit(entry.keyKind.value, local);
          visit(entry.value, local);
        }
        return;
      case 'comprehensionExpr': {
        const { iterVar, iterVar2, accuVar, iterRange, accuInit, loopCondition, loopStep, result } = kind.value;
        visit(iterRange, local);
        visit(accuInit, local);
        const inner = new Set([...local, iterVar, iterVar2, accuVar]);
        for (const part of [loopCondition, loopStep, result]) visit(part, inner);
        return;
      }
      default:
        return;
    }
  }

  function checkFunction(name: string, id: bigint): void {
    if (!FUNCTION_NAME.test(name) || environment.funcs.find(name) !== undefined) return;
    const known = new Set([...environment.funcs].map((one) => one.name).filter((one) => FUNCTION_NAME.test(one)));
    throw complaint(text, place(id), `does not know the function "${name}"`, name, [...known].sort());
  }

  function use(name: string, field: string | undefined, id: bigint): void {
    const variable = variables[name];
    if (variable === undefined) {
      if (typeNames.has(name)) return;
      throw complaint(text, place(id), `does not know "${name}"`, name, Object.keys(variables));
    }
    if (field !== undefined && variable[field] === undefined) {
      throw complaint(text, place(id), `does not know "${name}.${field}"`, field, Object.keys(variable));
    }
    const before = used.get(name);
    if (field === undefined || before === 'whole') used.set(name, 'whole');
    else used.set(name, (before ?? new Set<string>()).add(field));
  }
}

/** What a person writes: the parser gives operators names too, such as `_+_`. */
const FUNCTION_NAME = /^[A-Za-z]\w*$/;

type Parsed = ReturnType<typeof parse>;
type Expression = Parsed['expr'];

/** Names that CEL itself knows. */
const typeNames = new Set(['bool', 'bytes', 'double', 'int', 'list', 'map', 'null_type', 'string', 'type', 'uint']);

function bind<Row>(variable: Variable<Row>, fields: ReadonlySet<string> | 'whole', row: Row): CelInput {
  const values = new Map<string, CelInput>();
  for (const field of fields === 'whole' ? Object.keys(variable) : fields) {
    const value = variable[field]?.(row);
    if (value !== undefined) values.set(field, value);
  }
  return values;
}

function parseExpression(text: string): Parsed {
  try {
    return parse(text);
  } catch (error) {
    throw complaint(text, errorOffset(error), 'cannot be read from here on', undefined, undefined, error);
  }
}

/** Where the parser stopped; it says so in a field that its types do not declare. */
function errorOffset(error: unknown): number {
  if (!(error instanceof Error) || !('location' in error)) return 0;
  const { location } = error;
  if (typeof location !== 'object' || location === null || !('start' in location)) return 0;
  const { start } = location;
  if (typeof start !== 'object' || start === null || !('offset' in start)) return 0;
  return typeof start.offset === 'number' ? start.offset : 0;
}

/** The problem, a likely spelling or the known names, and a caret below the place. */
function complaint(
  text: string,
  offset: number,
  problem: string,
  wrong?: string,
  known?: readonly string[],
  cause?: unknown,
): BatonError {
  const guess = wrong === undefined || known === undefined ? undefined : closest(wrong, known);
  const names = known === undefined ? '' : `; there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`;
  const next = guess === undefined ? names : `; did you mean ${guess}?`;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(lineStart).split('\n', 1)[0] ?? '';
  const message = `--filter ${problem}${next}\n  ${line}\n  ${' '.repeat(offset - lineStart)}^`;
  return new BatonError(Code.InvalidArgument, message, { cause });
}
