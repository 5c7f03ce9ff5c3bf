import type { Code } from '@baton-ts/protocol/errors';
import type { HttpMethod } from './http-client.ts';

export interface HttpCall {
  readonly method: HttpMethod;
  /** The route template: never the path, which may name a person. */
  readonly route: string;
}

export interface HttpWait extends HttpCall {
  readonly reason: 'rate limit' | 'retry';
  /** From now. */
  readonly waitMs: number;
}

/** Is told what an HTTP client does. Every part is optional; none may throw. */
export interface HttpObserver {
  /** A request is sent; repeats are told too. */
  onRequest?(call: HttpCall): void;
  onResponse?(call: HttpCall & { readonly status: number; readonly elapsedMs: number }): void;
  /** A request was sent and no answer came: the connection failed, the time ran out, or the caller gave up. */
  onNoAnswer?(call: HttpCall & { readonly code: Code; readonly elapsedMs: number }): void;
  /** A request failed and will be sent again. `attempt` is the number of the next try, from 2. */
  onRetry?(call: HttpCall & { readonly attempt: number; readonly status: number | undefined }): void;
  onWait?(wait: HttpWait): void;
}

/** Counts requests by route and answers by status. */
export class RequestCounter implements HttpObserver {
  /** Requests sent, repeats included. */
  total = 0;
  /** By method and route, for example `GET /v3/teammates`. */
  readonly byRoute = new Map<string, number>();
  readonly byStatus = new Map<number, number>();

  onRequest({ method, route }: HttpCall): void {
    this.total += 1;
    increase(this.byRoute, `${method} ${route}`);
  }

  onResponse({ status }: { readonly status: number }): void {
    increase(this.byStatus, status);
  }
}

function increase<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/**
 * An observer that tells a person what is waited for: `rate limit, 23 s` when a wait begins, undefined when requests go
 * on. Waits of less than a second are not told.
 */
export function waitTeller(events: {
  readonly onRequest: () => void;
  readonly onWait: (reason: string | undefined) => void;
}): HttpObserver {
  let isWaiting = false;
  return {
    onRequest() {
      events.onRequest();
      if (isWaiting) events.onWait(undefined);
      isWaiting = false;
    },
    onWait({ reason, waitMs }) {
      if (waitMs < 1000) return;
      isWaiting = true;
      events.onWait(`${reason}, ${Math.ceil(waitMs / 1000)} s`);
    },
  };
}
