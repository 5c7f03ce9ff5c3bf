import type { C1zStore } from '@baton-ts/c1z';
import type { HttpClient, HttpClientOptions } from '../http/http-client.ts';
import type { Logger } from '../logger.ts';

/** What the HTTP client tells the command about. */
export interface HttpEvents {
  readonly logger: Logger;
  /** The total time that one request may take, its repeats included. */
  readonly timeoutMs: number;
  /** Called for each request that is sent, repeats included. */
  readonly onRequest: () => void;
  /** Called when requests wait, with the reason; undefined when they go on. */
  readonly onWait: (reason: string | undefined) => void;
}

/** The parts of the SDK that a sync is made of and that are loaded only then. */
export interface Toolkit {
  openC1z(path: string, options: { readonly tempDir?: string }): Promise<C1zStore>;
  createHttpClient(options: HttpClientOptions, events: HttpEvents): HttpClient;
}
