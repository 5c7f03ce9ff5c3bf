import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { readonly type: 'minor' }) => void;

let collect: Collect | undefined;

/**
 * Frees what was used a moment ago. V8 counts the memory of buffers, but begins to collect them at 64 MiB only: whoever
 * streams a large file through buffers that live for a millisecond would hold that much of it. Takes about a millisecond.
 */
export function collectYoungGarbage(): void {
  if (collect === undefined) {
    // The collector has no other door. A context that is made while the flag is set has it, all others stay as they are.
    setFlagsFromString('--expose-gc');
    const found: Collect = runInNewContext('gc');
    setFlagsFromString('--no-expose-gc');
    collect = found;
  }
  collect({ type: 'minor' });
}
