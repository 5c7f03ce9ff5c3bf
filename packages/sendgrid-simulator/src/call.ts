import type { Place } from './account.ts';
import { ApiError } from './api-error.ts';
import type { Account, ApiKey } from './model.ts';

/** One request to the API, as a route sees it. */
export interface Call extends Place {
  readonly account: Account;
  readonly key: ApiKey;
  /** The names in the path, decoded, in the template's order. */
  readonly names: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly nowMs: number;
}

/** What a route answers. `rows` is a list still to be cut into a page. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly link?: string;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** As in the description, names in braces: `/v3/teammates/{username}`. */
  readonly template: string;
  /** What the key must hold; without it every valid key will do. */
  readonly scope: string | undefined;
  /** Answers on behalf of a subuser (`sendgrid-api.md §1.1`). */
  readonly inSubuser: boolean;
  readonly handle: (call: Call) => Answer;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const noContent: Answer = { status: 204 };

export function requiredText(body: Call['body'], field: string): string {
  const value = body[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new ApiError(400, `${field} is required`, field);
}

export function optionalFlag(body: Call['body'], field: string): boolean | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  if (typeof value === 'boolean') return value;
  throw new ApiError(400, `${field} must be a boolean`, field);
}

export function requiredFlag(body: Call['body'], field: string): boolean {
  const value = optionalFlag(body, field);
  if (value !== undefined) return value;
  throw new ApiError(400, `${field} is required`, field);
}

export function optionalScopes(body: Call['body'], field = 'scopes'): readonly string[] | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((scope) => typeof scope === 'string')) return [...new Set<string>(value)];
  throw new ApiError(400, `${field} must be an array of strings`, field);
}

export function requiredScopes(body: Call['body']): readonly string[] {
  const value = optionalScopes(body);
  if (value) return value;
  throw new ApiError(400, 'scopes is required', 'scopes');
}
