// Starts programs on the pinned Node.js, whatever Node.js runs the script.
import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { pinnedNode, root } from './ensure.mjs';

/** Runs a program of the checkout to its end, with its output on this terminal; returns its exit code. */
export function runPinned(args, options = {}) {
  const result = spawnSync(pinnedNode, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error !== undefined) {
    console.error(`${pinnedNode} could not be started: ${result.error.message}`);
    return 1;
  }
  return result.status ?? 128 + (constants.signals[result.signal] ?? 0);
}
