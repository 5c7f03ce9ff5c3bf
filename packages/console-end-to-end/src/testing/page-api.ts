import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** Calls the API as the page does, with its session, and answers with what comes. */
export async function api(page: Page, method: string, path: string, body: object = {}): Promise<unknown> {
  return JSON.parse(await apiText(page, method, path, body));
}

/** The same where the answer is a file. */
export async function apiText(page: Page, method: string, path: string, body: object): Promise<string> {
  return await page.evaluate(
    async ([method, path, body]) => {
      const session = await fetch('/api/v1/session');
      const token = session.ok ? ((await session.json()) as { csrfToken: string }).csrfToken : '';
      const answer = await fetch(path, {
        method,
        headers: { 'content-type': 'application/json', 'x-csrf-token': token },
        ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
      return text;
    },
    [method, path, body] as const,
  );
}

/** The text that is there in an answer. */
export function at(value: unknown, ...path: readonly (string | number)[]): string {
  const found = path.reduce<unknown>((inner, key) => {
    assert.ok(typeof inner === 'object' && inner !== null, `no ${path.join('.')}`);
    return new Map<string, unknown>(Object.entries(inner)).get(String(key));
  }, value);
  assert.ok(typeof found === 'string', `no ${path.join('.')}`);
  return found;
}
