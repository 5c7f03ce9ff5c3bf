import type { IncomingHttpHeaders } from 'node:http';

/** The parts of a request that say who sends it. */
export interface IncomingRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** A request that changes something. */
export function isChange({ method }: IncomingRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}
