import type { LogEntry } from '../cli/log-writer.ts';
import type { HttpObserver } from '../http/observer.ts';
import type { SyncProgress } from '../sync/options.ts';

/** Facts of a span, with the names that they have in the log. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

/** Something that takes time, while it lasts. */
export interface OpenSpan {
  /** It did not succeed, though nothing was thrown. */
  fail(error: Error): void;
  /** A fact that was not known at the beginning. */
  set(name: string, value: string | number | boolean): void;
}

/** Tells the steps of one sync, each as a span. */
export interface SyncSteps extends SyncProgress {
  /** The last step is over. */
  end(): void;
}

/**
 * Sends what happens to an OpenTelemetry collector (`docs/operating.md`, "Telemetry"). Nothing here waits for the
 * collector or fails with it, except that `close` waits a little.
 */
export interface Telemetry {
  /** Each request of an HTTP client is a span within the one that is open where the request is made. */
  readonly httpObserver: HttpObserver;
  /** Runs the work within a span. What it throws goes through, and marks the span as failed. */
  span<T>(name: string, facts: SpanFacts, work: (span: OpenSpan) => Promise<T>): Promise<T>;
  syncSteps(): SyncSteps;
  log(entry: LogEntry): void;
  /** Sends what is left, for at most 5 s. */
  close(): Promise<void>;
}

/** Without a collector nothing is sent. */
export const noTelemetry: Telemetry = {
  httpObserver: {},
  span: (_name, _facts, work) => work({ fail() {}, set() {} }),
  syncSteps: () => ({ update() {}, end() {} }),
  log() {},
  async close() {},
};
