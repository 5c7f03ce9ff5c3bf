import type { TestContext } from 'node:test';
import { type Simulator, type SimulatorOptions, startSimulator } from '../index.ts';
import { isJsonObject } from '../json.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as an object; empty when it is none. */
  readonly json: Record<string, unknown>;
  /** The rows of a list, bare or in `result`. */
  readonly rows: readonly Record<string, unknown>[];
}

export interface Asking {
  readonly body?: unknown;
  readonly key?: string;
  readonly onBehalfOf?: string;
  readonly url?: string;
}

export type Ask = (request: string, asking?: Asking) => Promise<Reply>;

/** A simulator for one test, and a way to ask it: `ask('GET /v3/teammates')`. */
export async function simulatorFor(
  test: TestContext,
  options: SimulatorOptions = {},
): Promise<Simulator & { readonly ask: Ask }> {
  const simulator = await startSimulator(options);
  test.after(() => simulator.close());
  const ask: Ask = async (request, { body, key = simulator.apiKey, onBehalfOf, url = simulator.url } = {}) => {
    const [method = 'GET', ...path] = request.split(' ');
    const response = await fetch(`${url}${path.join(' ')}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(onBehalfOf !== undefined && { 'on-behalf-of': onBehalfOf }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = tryJson(text);
    const json = isJsonObject(parsed) ? parsed : {};
    const list = Array.isArray(parsed) ? parsed : json.result;
    const rows = Array.isArray(list) ? list.filter(isJsonObject) : [];
    return { status: response.status, headers: response.headers, text, json, rows };
  };
  return Object.assign(simulator, { ask });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The message of a refusal, with its status: `403 access forbidden`. */
export function refusal({ status, json }: Reply): string {
  const first: unknown = Array.isArray(json.errors) ? json.errors[0] : undefined;
  return `${status} ${isJsonObject(first) ? String(first.message) : ''}`;
}
