import { isJsonObject } from './json.ts';
import type { PermissionType } from './model.ts';
import { templates } from './router.ts';

/** What another writer does to a teammate; `username` defaults to the one in the request's path. */
export interface TeammateChange {
  readonly username?: string;
  /** Replaces what is assigned. */
  readonly scopes?: readonly string[];
  readonly addScopes?: readonly string[];
  readonly removeScopes?: readonly string[];
  readonly isAdmin?: boolean;
  /** Access to subusers, by subuser id: replaces or adds these entries. */
  readonly addAccess?: readonly {
    readonly id: number;
    readonly permissionType: PermissionType;
    readonly scopes?: readonly string[];
  }[];
  /** Ids of subusers. */
  readonly removeAccess?: readonly number[];
  readonly isRestricted?: boolean;
  readonly deleted?: boolean;
}

export const cursorForms = ['integer', 'string', 'null', 'missing', 'stuck'] as const;
export const rateHeaderForms = ['missing', 'past', 'delta'] as const;

export type Misbehaviour =
  /** Answers so instead; nothing is read or written, unless `done`: then the request did its work all the same. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Record<string, string>;
      readonly done?: boolean;
    }
  /** A page of HTML with status 200, as from a proxy. */
  | { readonly kind: 'html' }
  | { readonly kind: 'empty-body' }
  /** The first half of the JSON, as a whole answer. */
  | { readonly kind: 'cut-json' }
  /** Half of the body, a pause, the rest. */
  | { readonly kind: 'slow-body'; readonly delayMs: number }
  | { readonly kind: 'latency'; readonly delayMs: number }
  /** The connection is cut and nothing was done. */
  | { readonly kind: 'reset-before' }
  /** The connection is cut and the request did its work. */
  | { readonly kind: 'reset-after' }
  | { readonly kind: 'ignore-offset' }
  /** After the answer, the first teammate of that page is deleted, so that the next page shifts. */
  | { readonly kind: 'remove-between-pages' }
  /** The teammate is deleted right before the request. */
  | { readonly kind: 'vanish' }
  | { readonly kind: 'cursor'; readonly form: (typeof cursorForms)[number] }
  | { readonly kind: 'rate-headers'; readonly form: (typeof rateHeaderForms)[number] }
  /** The write is answered as if done, and is not. */
  | { readonly kind: 'echo-only' }
  | { readonly kind: 'other-writer'; readonly when: 'before' | 'after'; readonly change: TeammateChange };

/**
 * A misbehaviour and where it strikes. Without `method`, `route` or `onBehalfOf` it strikes at any.
 *
 * @example { kind: 'status', status: 401, after: 20, times: 'forever' } // the key is revoked in mid-sync
 */
export type Fault = Misbehaviour & {
  readonly method?: string;
  /** A template: `/v3/teammates/{username}`. */
  readonly route?: string;
  /** The raw path, for one person only. */
  readonly path?: string;
  /** `''` strikes only without the header. */
  readonly onBehalfOf?: string;
  /** Spares this many matching requests first. Default 0. */
  readonly after?: number;
  /** Strikes this often. Default 1. */
  readonly times?: number | 'forever';
};

export interface ActiveFault {
  readonly id: number;
  readonly fault: Fault;
  matched: number;
  struck: number;
}

export interface Target {
  readonly method: string;
  readonly route: string;
  readonly path: string;
  readonly onBehalfOf: string;
}

export class Faults {
  #nextId = 1;
  readonly #active = new Map<number, ActiveFault>();

  add(fault: Fault): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#active.set(id, { id, fault, matched: 0, struck: 0 });
    return id;
  }

  list(): readonly ActiveFault[] {
    return [...this.#active.values()].map((active) => ({ ...active }));
  }

  /** Without an id, all. */
  clear(id?: number): void {
    if (id === undefined) this.#active.clear();
    else this.#active.delete(id);
  }

  /** The faults that strike this request, counted as having struck. */
  strike(target: Target): readonly Fault[] {
    const striking: Fault[] = [];
    for (const active of this.#active.values()) {
      const { fault } = active;
      if (!doesMatch(fault, target)) continue;
      active.matched += 1;
      if (active.matched <= (fault.after ?? 0)) continue;
      if (fault.times !== 'forever' && active.struck >= (fault.times ?? 1)) continue;
      active.struck += 1;
      striking.push(fault);
    }
    return striking;
  }
}

function doesMatch(fault: Fault, { method, route, path, onBehalfOf }: Target): boolean {
  return (
    (fault.method ?? method) === method &&
    (fault.route ?? route) === route &&
    (fault.path ?? path) === path &&
    (fault.onBehalfOf ?? onBehalfOf) === onBehalfOf
  );
}

const kinds: Readonly<Record<Misbehaviour['kind'], (value: Record<string, unknown>) => string | undefined>> = {
  status: ({ status }) => (isCount(status) && status >= 200 && status <= 599 ? undefined : 'status must be 200 to 599'),
  html: () => undefined,
  'empty-body': () => undefined,
  'cut-json': () => undefined,
  'slow-body': delayProblem,
  latency: delayProblem,
  'reset-before': () => undefined,
  'reset-after': () => undefined,
  'ignore-offset': () => undefined,
  'remove-between-pages': () => undefined,
  vanish: () => undefined,
  cursor: ({ form }) => choiceProblem('form', form, cursorForms),
  'rate-headers': ({ form }) => choiceProblem('form', form, rateHeaderForms),
  'echo-only': () => undefined,
  'other-writer': ({ when, change }) =>
    choiceProblem('when', when, ['before', 'after']) ?? (isJsonObject(change) ? undefined : 'change must be an object'),
};

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function delayProblem({ delayMs }: Record<string, unknown>): string | undefined {
  return isCount(delayMs) && delayMs <= 600_000 ? undefined : 'delayMs must be 0 to 600000';
}

function choiceProblem(name: string, value: unknown, choices: readonly string[]): string | undefined {
  const isKnown = typeof value === 'string' && choices.includes(value);
  return isKnown ? undefined : `${name} must be one of ${choices.join(', ')}`;
}

/** Checks a fault that came as JSON. Throws a plain `Error` that says what is wrong. */
export function parseFault(value: unknown): Fault {
  if (!isJsonObject(value)) throw new Error('A fault is a JSON object.');
  const { kind, route, after, times } = value;
  if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) {
    throw new Error(`kind must be one of ${Object.keys(kinds).join(', ')}.`);
  }
  const problem =
    kinds[kind as Misbehaviour['kind']](value) ??
    (route === undefined || (typeof route === 'string' && templates.has(route))
      ? undefined
      : `route must be one of ${[...templates].join(', ')}`) ??
    (after === undefined || isCount(after) ? undefined : 'after must be a count') ??
    (times === undefined || times === 'forever' || isCount(times) ? undefined : "times must be a count or 'forever'");
  if (problem !== undefined) throw new Error(`${problem}.`);
  return value as unknown as Fault;
}
