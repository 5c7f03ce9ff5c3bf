import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpMethod } from '@baton-ts/connector-sdk';
import { describeError, mayRepeat } from './errors.ts';

for (const [name, body, said] of [
  ['the wrapped array', { errors: [{ message: 'access forbidden', field: null }] }, 'access forbidden'],
  ['the field when there is one', { errors: [{ message: 'bad', field: 'scopes' }], id: 'x' }, 'bad (scopes)'],
  ['the bare array', [{ message: 'bad', field: '', error_id: 'x' }], 'bad'],
  ['the error string', { error: 'not here' }, 'not here'],
  ['nothing of an HTML page', '<html>no</html>', undefined],
  ['nothing of an empty body', undefined, undefined],
  ['nothing of an empty list', { errors: [] }, undefined],
] as const) {
  test(`an error says ${name}`, () => assert.equal(describeError(400, body), said));
}

const request = (method: HttpMethod, route = '/v3/teammates') => ({
  method,
  route,
  path: route,
  signal: new AbortController().signal,
});
for (const [method, status, expected] of [
  ['GET', 429, true],
  ['GET', 500, true],
  ['GET', 503, true],
  ['GET', undefined, true],
  ['GET', 404, false],
  ['PATCH', 502, false],
  ['PATCH', 429, false],
  ['PATCH', undefined, false],
  ['DELETE', 429, true],
  ['DELETE', 502, false],
  ['DELETE', undefined, false],
  ['POST', 502, false],
  ['POST', undefined, false],
  ['POST', 429, false],
] as const) {
  test(`${method} after ${status ?? 'a broken connection'} is ${expected ? '' : 'not '}repeated`, () => {
    assert.equal(mayRepeat(request(method), { status }), expected);
  });
}

test('sending an invitation again is repeated after 429: it makes nothing new', () => {
  assert.equal(mayRepeat(request('POST', '/v3/teammates/pending/{token}/resend'), { status: 429 }), true);
});

test('switching a subuser is repeated after 429: it replaces nothing that was read', () => {
  assert.equal(mayRepeat(request('PATCH', '/v3/subusers/{subuser_name}'), { status: 429 }), true);
});
