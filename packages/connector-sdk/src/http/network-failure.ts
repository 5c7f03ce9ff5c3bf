import { Code } from '@baton-ts/protocol/errors';

export interface NetworkFailure {
  readonly code: Code;
  /** A sentence that names the host. */
  readonly message: string;
  readonly retryable: boolean;
  /** Whether the request can have reached the other side. */
  readonly mayHaveArrived: boolean;
}

const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
]);
const otherTlsCode = /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|HOSTNAME_MISMATCH|UND_ERR_PRX_TLS)/;

/** Whether nobody that counts has signed the certificate. */
export function isUntrusted(error: unknown): boolean {
  return untrusted.has(errorCode(error));
}

/** Every way in which a request can get no answer, told for people. The one place that knows the codes of Node and undici. */
export function networkFailure(error: unknown, host: string): NetworkFailure {
  const code = errorCode(error);
  const unavailable = (message: string, mayHaveArrived: boolean): NetworkFailure => ({
    code: Code.Unavailable,
    message,
    retryable: true,
    mayHaveArrived,
  });
  const refused = (message: string): NetworkFailure => ({
    code: Code.FailedPrecondition,
    message,
    retryable: false,
    mayHaveArrived: false,
  });

  if (untrusted.has(code)) {
    return refused(
      `the certificate of ${host} is not signed by an authority that this machine trusts. If that is meant to be, name the authority's certificate file in NODE_EXTRA_CA_CERTS`,
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return refused(`the certificate of ${host} is for another name`);
  if (code === 'CERT_HAS_EXPIRED') return refused(`the certificate of ${host} has expired`);
  if (code === 'CERT_NOT_YET_VALID') {
    return refused(`the certificate of ${host} is not valid yet: check this machine's clock`);
  }
  if (otherTlsCode.test(code)) {
    return refused(`no secure connection to ${host} could be made: check that it serves https at that port`);
  }
  switch (code) {
    case 'UND_ERR_INVALID_ARG':
      return {
        code: Code.InvalidArgument,
        message: `the request to ${host} cannot be sent: its path or a header is malformed`,
        retryable: false,
        mayHaveArrived: false,
      };
    case 'ENOTFOUND':
      return unavailable(`there is no host named ${host}: check the name, and this machine's DNS`, false);
    case 'EAI_AGAIN':
      return unavailable(`the name ${host} could not be looked up: this machine's DNS does not answer`, false);
    case 'ECONNREFUSED':
      return unavailable(`${host} refuses the connection: nothing listens there, or a firewall refuses it`, false);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return unavailable(`there is no way to ${host} from this machine's network`, false);
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return unavailable(`${host} does not answer: the time limit for connecting ran out`, false);
    case 'UND_ERR_PRX_CONN':
    case 'UND_ERR_ABORTED':
      // undici aborts a request whose tunnel the proxy refuses; our own aborts do not come here.
      return unavailable(`the proxy in front of ${host} refuses to connect: check HTTPS_PROXY and NO_PROXY`, false);
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return unavailable(`the connection to ${host} broke before the answer was complete`, true);
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return unavailable(`${host} stopped answering`, true);
    default:
      return unavailable(
        error instanceof Error && error.name === 'HTTPParserError'
          ? `what ${host} answered is not HTTP: check the address and its port`
          : `the request to ${host} failed`,
        true,
      );
  }
}

/** The first code along the chain of causes; a connection tried at several addresses holds one error for each. */
function errorCode(error: unknown): string {
  let current = error;
  // Chains are two or three deep; the limit only guards against a cause that contains itself.
  for (let depth = 0; depth < 8 && current instanceof Error; depth += 1) {
    if ('code' in current && typeof current.code === 'string') return current.code;
    const inner: unknown = current instanceof AggregateError ? current.errors[0] : current.cause;
    current = inner;
  }
  return '';
}
