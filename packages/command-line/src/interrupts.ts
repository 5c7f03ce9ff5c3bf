import { BatonError, Code } from '@baton-ts/protocol/errors';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Aborts on the first Ctrl-C or SIGTERM, so that what was read is saved; a second one ends the process at once.
 * Dispose of it when the work is done.
 */
export function abortOnInterrupt(): { readonly signal: AbortSignal; [Symbol.dispose](): void } {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(Code.Canceled);
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
