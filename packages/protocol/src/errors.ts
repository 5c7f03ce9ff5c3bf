/**
 * The closed list of error codes: the gRPC status codes, since both ends of the Baton protocol speak them.
 * A process that ends with an error exits with this number (`cli.md §A.10`).
 */
export const Code = {
  /** The work was cancelled by a person or by the caller. */
  Canceled: 1,
  /** A fault that no other code describes: flags, configuration, files. */
  Unknown: 2,
  /** The request itself is wrong and will stay wrong. */
  InvalidArgument: 3,
  /** A time limit ran out. */
  DeadlineExceeded: 4,
  /** The thing named does not exist. */
  NotFound: 5,
  /** The thing to be made exists already. */
  AlreadyExists: 6,
  /** The credential is valid and may not do this. */
  PermissionDenied: 7,
  /** A quota or a size limit was reached. */
  ResourceExhausted: 8,
  /** The system is not in the state that the operation needs. */
  FailedPrecondition: 9,
  /** A conflict with another writer. */
  Aborted: 10,
  OutOfRange: 11,
  /** This connector or server cannot do that. */
  Unimplemented: 12,
  /** An answer broke a promise, or our own code did. */
  Internal: 13,
  /** The other side cannot be reached or asks to come back later. */
  Unavailable: 14,
  /** Stored data is damaged. */
  DataLoss: 15,
  /** The credential is missing, wrong or revoked. */
  Unauthenticated: 16,
} as const;
export type Code = (typeof Code)[keyof typeof Code];

/** The name of a code as written in messages and JSON, for example `NotFound`. */
export function codeName(code: Code): string {
  return Object.entries(Code).find(([, value]) => value === code)?.[0] ?? 'Unknown';
}

export interface BatonErrorOptions {
  /** What the failure was made of, for the log. Never shown to a person as the message. */
  readonly cause?: unknown;
  /** Whether the same call may succeed later. Default: true for `Unavailable` and `DeadlineExceeded`, else false. */
  readonly retryable?: boolean;
  /** When the other side named a time to come back: milliseconds from now. */
  readonly retryAfterMs?: number;
}

/**
 * The one error class of the project. `message` is for the person who reads it: what happened, with the name or id
 * they gave, and what to do next. It never holds a secret.
 */
export class BatonError extends Error {
  override readonly name = 'BatonError';
  readonly code: Code;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(code: Code, message: string, options: BatonErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? (code === Code.Unavailable || code === Code.DeadlineExceeded);
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Recognises the error by shape, so that a second copy of this package still understands it. */
  static is(error: unknown): error is BatonError {
    return error instanceof Error && error.name === 'BatonError' && 'code' in error && typeof error.code === 'number';
  }

  /**
   * Turns anything thrown into a `BatonError`: a `BatonError` stays as it is, an abort becomes `Canceled`
   * (a timed-out signal `DeadlineExceeded`), everything else `Unknown` with `doing` in front of what it said.
   *
   * @param doing what was being done, for example `reading sync.c1z`
   */
  static from(error: unknown, doing: string): BatonError {
    if (BatonError.is(error)) return error;
    if (error instanceof Error && error.name === 'TimeoutError') {
      return new BatonError(Code.DeadlineExceeded, `${doing}: the time limit ran out`, { cause: error });
    }
    if (error instanceof Error && error.name === 'AbortError') {
      return new BatonError(Code.Canceled, `${doing}: cancelled`, { cause: error });
    }
    const reason = error instanceof Error ? error.message : String(error);
    return new BatonError(Code.Unknown, `${doing}: ${reason}`, { cause: error });
  }
}
