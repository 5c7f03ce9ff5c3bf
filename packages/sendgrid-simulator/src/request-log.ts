/** One request to the API that was answered or cut off. */
export interface LoggedRequest {
  readonly method: string;
  /** The route's template; the raw path when no route has it. */
  readonly route: string;
  /** As sent, still encoded. */
  readonly path: string;
  readonly query: string;
  /** The header's value; empty without. */
  readonly onBehalfOf: string;
  /** When it came, in ms since 1970. */
  readonly atMs: number;
  /** 0 when the connection was cut instead of answered. */
  readonly status: number;
}

export interface RequestCount extends Omit<LoggedRequest, 'path' | 'query' | 'atMs'> {
  readonly count: number;
}

export interface RequestReport {
  readonly total: number;
  readonly mostInFlight: number;
  readonly counts: readonly RequestCount[];
  /** The first requests, oldest first; `total` says whether some are left out. */
  readonly log: readonly LoggedRequest[];
}

/** Enough for every sync of a benchmark, and about 20 MB at most. */
const longestLog = 100_000;

export class RequestLog {
  #total = 0;
  #inFlight = 0;
  #mostInFlight = 0;
  #counts = new Map<string, { request: LoggedRequest; count: number }>();
  #log: LoggedRequest[] = [];

  begin(): void {
    this.#inFlight += 1;
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#inFlight);
  }

  end(): void {
    this.#inFlight -= 1;
  }

  add(request: LoggedRequest): void {
    this.#total += 1;
    if (this.#log.length < longestLog) this.#log.push(request);
    const key = JSON.stringify([request.method, request.route, request.onBehalfOf, request.status]);
    const known = this.#counts.get(key);
    if (known) known.count += 1;
    else this.#counts.set(key, { request, count: 1 });
  }

  reset(): void {
    this.#total = 0;
    this.#mostInFlight = this.#inFlight;
    this.#counts = new Map();
    this.#log = [];
  }

  report(): RequestReport {
    const counts = [...this.#counts.values()].map(({ request, count }) => {
      const { method, route, onBehalfOf, status } = request;
      return { method, route, onBehalfOf, status, count };
    });
    return { total: this.#total, mostInFlight: this.#mostInFlight, counts, log: [...this.#log] };
  }
}
