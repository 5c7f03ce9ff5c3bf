import { BatonError, Code } from '@baton-ts/protocol/errors';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Told before what it names happens, so that the person can be told. */
interface Interrupted {
  readonly onFirst?: () => void;
  readonly onSecond?: () => void;
}

/**
 * Aborts on the first Ctrl-C or SIGTERM, so that what was read is saved; a second one ends the process at once.
 * Dispose of it when the work is done.
 */
export function abortOnInterrupt({ onFirst, onSecond }: Interrupted = {}): {
  readonly signal: AbortSignal;
  [Symbol.dispose](): void;
} {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      onSecond?.();
      process.exit(Code.Canceled);
    }
    onFirst?.();
    controller.abort(new BatonError(Code.Canceled, `stopped by ${name}`));
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
