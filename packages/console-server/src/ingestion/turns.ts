import { setImmediate } from 'node:timers/promises';

/** Requests and timers get their turn after so long. */
const TURN_MS = 10;

/** Lets others have the thread now and then, and stops when the signal says so. */
export function takeTurns(signal: AbortSignal): () => Promise<void> | undefined {
  let startedMs = performance.now();
  let calls = 0;
  const yieldTurn = async (): Promise<void> => {
    await setImmediate();
    signal.throwIfAborted();
    startedMs = performance.now();
  };
  return () => {
    calls += 1;
    if (calls % 64 !== 0 || performance.now() - startedMs < TURN_MS) return undefined;
    return yieldTurn();
  };
}
