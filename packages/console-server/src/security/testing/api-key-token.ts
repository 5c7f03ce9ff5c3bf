import assert from 'node:assert/strict';
import type { Browser } from '../../people/testing/world.ts';

/** Makes an API key of the signed-in person and exchanges it. @returns the access token */
export async function apiKeyToken(browser: Browser, url: string): Promise<string> {
  const made = await browser.post('/api/v1/iam/personal_clients', { displayName: 'A script', expiresInDays: 30 });
  const answer = await fetch(`${url}/auth/v1/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: made.textAt('client', 'clientId'),
      client_secret: made.textAt('clientSecret'),
    }),
  });
  const [, token = ''] = /"access_token":"([^"]+)"/.exec(await answer.text()) ?? [];
  assert.notEqual(token, '');
  return token;
}
