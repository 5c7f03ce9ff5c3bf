import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proxyFor } from './proxy.ts';

const proxied = { https_proxy: 'http://proxy.example:3128' };

test('without HTTPS_PROXY a host is called directly', () => {
  assert.equal(proxyFor('c1.example', 443, {}), undefined);
  assert.equal(proxyFor('c1.example', 443, { HTTP_PROXY: 'http://proxy.example' }), undefined);
});

test('HTTPS_PROXY may be written in small letters and without a scheme', () => {
  assert.equal(proxyFor('c1.example', 443, proxied)?.host, 'proxy.example:3128');
  assert.equal(proxyFor('c1.example', 443, { HTTPS_PROXY: 'proxy.example:3128' })?.host, 'proxy.example:3128');
});

for (const [noProxy, isDirect] of [
  ['c1.example', true],
  ['.example', true],
  ['*.example', true],
  ['other.test, example', true],
  ['*', true],
  ['C1.EXAMPLE:443', true],
  ['c1.example:8443', false],
  ['1.example', false],
  ['', false],
] as const) {
  test(`NO_PROXY "${noProxy}" ${isDirect ? 'exempts' : 'does not exempt'} c1.example`, () => {
    assert.equal(proxyFor('c1.example', 443, { ...proxied, NO_PROXY: noProxy }) === undefined, isDirect);
  });
}

test('an address of a proxy that is none is refused without being quoted', () => {
  assert.throws(
    () => proxyFor('c1.example', 443, { HTTPS_PROXY: 'ftp://user:hunter2@proxy' }),
    (error: Error) => /HTTPS_PROXY/.test(error.message) && !/hunter2/.test(error.message),
  );
});
