import { BatonError, Code } from '@baton-ts/protocol/errors';

/**
 * A connector does not want to make a change, as opposed to one that it cannot make: the server shows it as declined
 * (`service-protocol.md §11`).
 *
 * @example throw new DeclinedError('Olga is the owner of the account; she keeps this scope.')
 */
export class DeclinedError extends BatonError {
  /** @param message why, for the person who asked */
  constructor(message: string) {
    super(Code.FailedPrecondition, message);
  }
}
