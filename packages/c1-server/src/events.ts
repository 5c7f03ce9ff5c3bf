import type { BatonServiceHelloRequest } from '@baton-ts/protocol/connectorapi-v1';
import type { Logger } from './logger.ts';
import type { TaskView } from './queue/task-view.ts';
import type { UploadRecord } from './store/store.ts';

/** What happened, told after it was stored. */
export type C1Event =
  /** A connector introduced itself, at its start or because a task asked it to. */
  | { readonly kind: 'hello'; readonly connectorId: string; readonly request: BatonServiceHelloRequest }
  /** A task was queued, handed out, taken back, finished, failed or cancelled: `task.state` says which. */
  | { readonly kind: 'task'; readonly task: TaskView }
  /** A file arrived whole, its checksum is right. The task itself is still open. */
  | { readonly kind: 'upload'; readonly connectorId: string; readonly taskId: string; readonly upload: UploadRecord };

export type C1Listener = (event: C1Event) => void;

export class Events {
  readonly #listeners = new Set<C1Listener>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  subscribe(listener: C1Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: C1Event): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#logger.error('a listener failed', { event: event.kind, error });
      }
    }
  }
}
