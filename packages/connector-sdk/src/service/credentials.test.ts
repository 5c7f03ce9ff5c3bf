import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { readClientId } from './credentials.ts';

function failureOf(text: string, env: Record<string, string> = {}): BatonError {
  try {
    readClientId(text, 'BATON_CLIENT_ID', env);
  } catch (error) {
    assert.ok(BatonError.is(error));
    return error;
  }
  return assert.fail(`"${text}" was taken`);
}

describe('a client id', () => {
  test('names itself, the host to call and whom the assertion is for', () => {
    const { name, audience, server } = readClientId('quick-otter@acme.conductor.one/pcc', '--client-id', {});
    assert.deepEqual([name, audience], ['quick-otter', 'acme.conductor.one']);
    assert.deepEqual(server, {
      hostname: 'acme.conductor.one',
      port: 443,
      label: 'acme.conductor.one',
      origin: 'https://acme.conductor.one',
    });
  });

  test('may carry a port, which the audience leaves out', () => {
    const { audience, server } = readClientId('demo@c1.example:8443/pcc', '--client-id', {});
    assert.deepEqual([audience, server.port, server.origin], ['c1.example', 8443, 'https://c1.example:8443']);
  });

  test('is split at the first "@" and then at the first "/"', () => {
    const { name, server } = readClientId('demo@c1.example/a/b@c', '--client-id', {});
    assert.deepEqual([name, server.hostname], ['demo', 'c1.example']);
  });

  test('may name an address of IPv6 in brackets', () => {
    const { server } = readClientId('demo@[::1]:8443/pcc', '--client-id', {});
    assert.deepEqual([server.hostname, server.label], ['::1', '[::1]:8443']);
  });

  for (const [text, part] of [
    ['acme.conductor.one/pcc', /no "@" after the name/],
    ['@acme.conductor.one/pcc', /name before the "@" is empty/],
    ['demo@acme.conductor.one', /no "\/" after the host/],
    ['demo@/pcc', /"" between "@" and "\/" is not a host/],
    ['demo@host:99999/pcc', /"host:99999" .* is not a host/],
    ['demo@ho st/pcc', /white space/],
  ] as const) {
    test(`"${text}" is refused with the part that is wrong`, () => {
      const error = failureOf(text);
      assert.equal(error.code, Code.InvalidArgument);
      assert.match(error.message, part);
      assert.match(error.message, /^BATON_CLIENT_ID is not a client id/);
    });
  }
});

describe('BATON_C1_API_HOST', () => {
  test('replaces the host that is called and not the audience', () => {
    const env = { BATON_C1_API_HOST: 'proxy.example:444' };
    const { audience, server } = readClientId('demo@acme.conductor.one/pcc', '--client-id', env);
    assert.deepEqual([audience, server.label], ['acme.conductor.one', 'proxy.example:444']);
  });

  test('without a value changes nothing', () => {
    const { server } = readClientId('demo@acme.conductor.one/pcc', '--client-id', { BATON_C1_API_HOST: '' });
    assert.equal(server.hostname, 'acme.conductor.one');
  });

  test('that is an address with a scheme is refused by its name', () => {
    assert.match(failureOf('demo@h/pcc', { BATON_C1_API_HOST: 'https://x' }).message, /^BATON_C1_API_HOST is "https:/);
  });
});
