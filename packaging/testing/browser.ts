import assert from 'node:assert/strict';
import type { EndpointName, EndpointResponse } from '@baton-ts/console-api';

type Ask = <Name extends EndpointName>(name: Name, path: string, body?: object) => Promise<EndpointResponse<Name>>;

/** Makes the first administrator of a console, and asks in its name as the web app does. */
export async function firstAdministrator(url: string, token: string): Promise<Ask> {
  const setUp = await fetch(`${url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      token,
      email: 'ines@northwind.example',
      displayName: 'Ines',
      password: 'four brown horses run',
    }),
  });
  assert.equal(setUp.status, 200);
  const cookie = setUp.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  let csrfToken = '';
  const ask: Ask = async (name, path, body) => {
    const response = await fetch(url + path, {
      method: name.split(' ')[0] ?? 'GET',
      headers: { cookie, 'x-csrf-token': csrfToken, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const said = (await response.json()) as EndpointResponse<typeof name>;
    assert.equal(response.status, 200, `${name}: ${JSON.stringify(said)}`);
    return said;
  };
  csrfToken = (await ask('GET /api/v1/session', '/api/v1/session')).csrfToken;
  return ask;
}
