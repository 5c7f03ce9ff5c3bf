/** Error codes of RFC 6749 §5.2; `slow_down` of RFC 8628 §3.5. */
export type TokenErrorCode = 'invalid_client' | 'invalid_request' | 'unsupported_grant_type' | 'slow_down';

/** Why no token is issued, as the client is told. */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal';
  readonly error: TokenErrorCode;

  constructor(error: TokenErrorCode, description: string, options?: ErrorOptions) {
    super(description, options);
    this.error = error;
  }
}
