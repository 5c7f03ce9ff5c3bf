import type { StorePlace } from '../store/open-store.ts';
import type { IngestResult, Upload } from './ingest.ts';

/** What a thread that takes in a file is started with. */
export interface IngestOrder {
  readonly place: StorePlace;
  readonly upload: Omit<Upload, 'clock' | 'context'> & {
    readonly context: Pick<Upload['context'], 'actor' | 'requestId' | 'ip'>;
  };
}

/** To the thread. */
export type ToIngest =
  /** It may write, and this is the time. */
  { readonly kind: 'write'; readonly nowMs: number } | { readonly kind: 'stop' };

/** From the thread. */
export type FromIngest =
  /** The file is read, and nobody else of this process may write until the end. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly result: IngestResult }
  | {
      readonly kind: 'failed';
      /** An error loses its class between threads. */
      readonly error: { readonly name: string; readonly message: string; readonly code: unknown };
    };
