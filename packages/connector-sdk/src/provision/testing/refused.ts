import assert from 'node:assert/strict';
import { BatonError, type Code } from '@baton-ts/protocol/errors';

/** For `assert.throws` and `assert.rejects`: the error has the code, and its message says so. */
export const refused =
  (code: Code, says: RegExp) =>
  (error: unknown): true => {
    assert.ok(BatonError.is(error), String(error));
    assert.match(error.message, says);
    assert.equal(error.code, code);
    return true;
  };
