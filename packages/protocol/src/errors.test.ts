import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatonError, Code, codeName } from './errors.ts';

test('a failure of the connection may be tried again, a wrong request may not', () => {
  assert.equal(new BatonError(Code.Unavailable, 'gone').retryable, true);
  assert.equal(new BatonError(Code.DeadlineExceeded, 'slow').retryable, true);
  assert.equal(new BatonError(Code.InvalidArgument, 'wrong').retryable, false);
  assert.equal(new BatonError(Code.Unavailable, 'gone', { retryable: false }).retryable, false);
});

test('an error of another copy of this package is recognised', () => {
  const foreign = Object.assign(new Error('gone'), { name: 'BatonError', code: Code.Unavailable });
  assert.equal(BatonError.is(foreign), true);
  assert.equal(BatonError.is(new Error('gone')), false);
  assert.equal(BatonError.is('gone'), false);
});

test('an error that says what happened is passed on as it is', () => {
  const error = new BatonError(Code.NotFound, 'There is no teammate "ada".');
  assert.equal(BatonError.from(error, 'reading'), error);
});

test('an aborted call is cancelled and one that timed out exceeded its deadline', () => {
  const aborted = BatonError.from(AbortSignal.abort().reason, 'reading teammates');
  assert.equal(aborted.code, Code.Canceled);
  assert.equal(aborted.message, 'reading teammates: cancelled');
  const timedOut = BatonError.from(new DOMException('late', 'TimeoutError'), 'reading teammates');
  assert.equal(timedOut.code, Code.DeadlineExceeded);
});

test('anything else thrown is unknown, says what was being done and keeps its cause', () => {
  const cause = new TypeError('x is not a function');
  const error = BatonError.from(cause, 'reading sync.c1z');
  assert.deepEqual(
    [error.code, error.message, error.cause],
    [Code.Unknown, 'reading sync.c1z: x is not a function', cause],
  );
  assert.equal(BatonError.from('boom', 'reading').message, 'reading: boom');
});

test('codes have the names of gRPC', () => {
  assert.equal(codeName(Code.NotFound), 'NotFound');
  assert.equal(codeName(Code.Unauthenticated), 'Unauthenticated');
});
