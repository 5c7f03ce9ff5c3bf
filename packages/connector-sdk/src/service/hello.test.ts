import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectorMetadataSchema } from '@baton-ts/protocol/connector-v2';
import { BatonError, codeName } from '@baton-ts/protocol/errors';
import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { ImpatientClock } from '../http/testing/clocks.ts';
import { silentLogger } from '../logger.ts';
import { helloRequest, sayHello } from './hello.ts';
import { clientOf } from './testing/in-process.ts';

const request = helloRequest({
  hostId: 'host-1',
  taskId: '',
  program: { name: 'baton-demo', version: '1.2.3' },
  metadata: create(ConnectorMetadataSchema, { displayName: 'Demo' }),
});

/** Says hello to a server that fails with these codes, one after the other, and then answers. */
async function hello(
  codes: Code[],
): Promise<{ readonly waitsMs: readonly number[]; readonly told: readonly string[] }> {
  const clock = new ImpatientClock();
  const told: string[] = [];
  const client = clientOf({
    hello: () => {
      const code = codes.shift();
      if (code !== undefined) throw new ConnectError('not now', code);
      return {};
    },
  });
  const logger = { ...silentLogger, warn: (message: string) => void told.push(message) };
  await sayHello({ client, request, host: 'c1.example', clock, logger, signal: new AbortController().signal });
  return { waitsMs: clock.waitsMs, told };
}

test('whatever may be over in a while is tried again, and the log says what it was and when', async () => {
  const passing = [
    Code.Unavailable,
    Code.Internal,
    Code.Unknown,
    Code.InvalidArgument,
    Code.Unimplemented,
    Code.NotFound,
    Code.FailedPrecondition,
    Code.DeadlineExceeded,
  ];
  const { waitsMs, told } = await hello([...passing]);
  assert.deepEqual(waitsMs, [1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000]);
  assert.equal(told[0], 'Not connected to c1.example yet, again in 1 s: c1.example refused Hello: not now');
});

test('the waits grow to five minutes and no further', async () => {
  const { waitsMs } = await hello(Array.from({ length: 12 }, () => Code.Unavailable));
  assert.deepEqual(waitsMs.slice(-3), [300_000, 300_000, 300_000]);
});

for (const code of [Code.Unauthenticated, Code.PermissionDenied]) {
  test(`a credential that is refused with ${Code[code]} ends it`, async () => {
    await assert.rejects(
      hello([code]),
      (error: BatonError) => BatonError.is(error) && codeName(error.code) === Code[code],
    );
  });
}
