import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { FlagValue } from '@baton-ts/command-line';
import { operatingFlags } from '../cli/operating-flags.ts';
import { loadSettings } from '../cli/settings.ts';
import { type Collector, collectorOf } from './collector.ts';

/** Made for this test, for nothing else; its key is not kept. */
const pem = `-----BEGIN CERTIFICATE-----
MIIBdDCCARmgAwIBAgIUGKAUingaLUQguqXbIVVhpyBJR0wwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAeFw0yNjExMjQwODEwMzdaFw0zNjExMjEwODEwMzda
MA8xDTALBgNVBAMMBHRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQHdhSd
I5ZeX6SYEN2tDe3jpx5KLce2U+JZNix0paxa44TWGAq2HdSh8vfjBQzANVx8e0dL
VTMRLDE+Z2BFOIlUo1MwUTAdBgNVHQ4EFgQUmxxqwPKYRpMfJuYQ4621yCy0CBww
HwYDVR0jBBgwFoAUmxxqwPKYRpMfJuYQ4621yCy0CBwwDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNJADBGAiEAonPRwEsTmvHlfdsvXRL6X0VWXsFjmeY5Ud9d
xnV8QZUCIQCctec/9N2QlpiFLuE9ju6k6/Yj9XXZzm6QUfVWbtzLZg==
-----END CERTIFICATE-----
`;
const folder = mkdtempSync(join(tmpdir(), 'collector-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'ca.pem');
writeFileSync(file, pem);

async function read(flags: Record<string, FlagValue>): Promise<Collector | undefined> {
  const named = Object.entries(flags).map(([name, value]) => [`otel-${name}`, value] as const);
  const { settings } = await loadSettings(operatingFlags, new Map(named), {});
  return collectorOf(settings);
}

const endpoint = { 'collector-endpoint': 'otel.example:4317' };

test('without an endpoint nothing is sent', async () => {
  assert.equal(await read({}), undefined);
  assert.equal(await read({ 'tracing-disabled': true }), undefined);
});

test('an endpoint gets traces and logs over TLS', async () => {
  assert.deepEqual(await read(endpoint), {
    address: 'otel.example:4317',
    insecure: false,
    ca: undefined,
    traces: true,
    logs: true,
  });
});

test('an endpoint may leave out its port, be an address, or carry a scheme', async () => {
  const addresses = ['otel.example', 'https://otel.example:443', 'http://[::1]:9', 'http://10.0.0.1:80/'].map(
    async (text) => {
      const collector = await read({ 'collector-endpoint': text });
      return [collector?.address, collector?.insecure];
    },
  );
  assert.deepEqual(await Promise.all(addresses), [
    ['otel.example:4317', false],
    ['otel.example:443', false],
    ['[::1]:9', true],
    ['10.0.0.1:80', true],
  ]);
});

test('each kind can be turned off alone; without both there is no collector', async () => {
  assert.deepEqual(pick(await read({ ...endpoint, 'tracing-disabled': true })), [false, true]);
  assert.deepEqual(pick(await read({ ...endpoint, 'logging-disabled': true })), [true, false]);
  assert.equal(await read({ ...endpoint, 'tracing-disabled': true, 'logging-disabled': true }), undefined);
});

const pick = (collector: Collector | undefined) => [collector?.traces, collector?.logs];

describe('the certificate of the collector may be given', () => {
  for (const [name, flags] of [
    ['as a file', { 'collector-endpoint-tls-cert-path': file }],
    ['as PEM', { 'collector-endpoint-tls-cert': pem }],
    ['as base64url', { 'collector-endpoint-tls-cert': Buffer.from(pem).toString('base64url') }],
  ] as const) {
    test(name, async () => assert.equal((await read({ ...endpoint, ...flags }))?.ca, pem));
  }
});

describe('settings that cannot be meant are refused by name', () => {
  const cases: readonly (readonly [string, Record<string, FlagValue>, RegExp])[] = [
    [
      'both kinds of certificate',
      { 'collector-endpoint-tls-cert': pem, 'collector-endpoint-tls-cert-path': file },
      /were both set/,
    ],
    [
      'a certificate without TLS',
      { 'collector-endpoint-tls-cert': pem, 'collector-endpoint-tls-insecure': true },
      /insecure is set, so there is no certificate to check/,
    ],
    [
      'a file that does not exist',
      { 'collector-endpoint-tls-cert-path': '/no/such.pem' },
      /"\/no\/such\.pem", which cannot be read/,
    ],
    ['text that is no certificate', { 'collector-endpoint-tls-cert': 'hello' }, /is no certificate in PEM/],
    ['a path in the endpoint', { 'collector-endpoint': 'otel.example/v1/traces' }, /is no address of a collector/],
    [
      'a password in the endpoint',
      { 'collector-endpoint': 'https://user:secret@otel.example' },
      /is no address of a collector/,
    ],
    [
      'an address that no certificate names',
      { 'collector-endpoint': '[::1]:4317' },
      /names the collector by its address/,
    ],
    ['a port that is none', { 'collector-endpoint': 'otel.example:99999' }, /is no address of a collector/],
  ];
  for (const [name, flags, expected] of cases) {
    test(name, async () => {
      await assert.rejects(read({ ...endpoint, ...flags }), (error: Error) => {
        assert.match(error.message, expected);
        assert.match(error.message, /--otel-/);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
    });
  }

  test('a setting of the connection without an endpoint', async () => {
    await assert.rejects(read({ 'collector-endpoint-tls-insecure': true }), /insecure is about .*none is named/);
  });
});
