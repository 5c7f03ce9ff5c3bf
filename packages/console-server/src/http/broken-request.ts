import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ApiError } from '@baton-ts/console-api';
import { Code, codeName } from '@baton-ts/protocol/errors';
import { setSecurityHeaders } from './security-headers.ts';

interface Problem {
  readonly status: number;
  readonly code: Code;
  readonly message: string;
}

const notHttp: Problem = {
  status: 400,
  code: Code.InvalidArgument,
  message: 'The request is not HTTP as it has to be.',
};

const problems: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: Code.ResourceExhausted,
    message: 'The address, the cookies and the other headers of the request are longer than 16 KiB together.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: Code.DeadlineExceeded,
    message: 'The request did not arrive in time. Send it again.',
  },
};

/** Answers what never became a request, in the shape and with the headers of any other error, and ends the connection. */
export function answerBrokenRequest(
  error: { readonly code: string },
  socket: Socket,
  { isHttps, requestId }: { readonly isHttps: boolean; readonly requestId: string },
): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, code, message } = problems[error.code] ?? notHttp;
  const answer: ApiError = { code: codeName(code), message, requestId };
  const body = JSON.stringify(answer);
  const headers = new Map([
    ['x-request-id', requestId],
    ['content-type', 'application/json; charset=utf-8'],
    ['content-length', String(Buffer.byteLength(body))],
    ['connection', 'close'],
  ]);
  setSecurityHeaders({ headers: (values) => Object.entries(values).map((entry) => headers.set(...entry)) }, isHttps);
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines}\r\n${body}`, () => socket.destroy());
}
