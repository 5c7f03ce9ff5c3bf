import { Code } from '@baton-ts/protocol/errors';

/**
 * Says once when the output cannot be written, and ends the process with that code in the end. A reader that goes away,
 * as in `baton grants | head`, is no failure: nothing is said. Whoever writes on may do so; it is dropped.
 */
export function tellWriteErrors(stream: NodeJS.WritableStream): void {
  let told = false;
  stream.on('error', (error) => {
    const code = 'code' in error ? error.code : undefined;
    if (told || code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') return;
    told = true;
    const reason = code === 'ENOSPC' ? 'the disk is full. Free some space and run again' : 'look at where it goes';
    process.stderr.write(`the output cannot be written: ${reason}\n`);
    process.once('exit', () => {
      process.exitCode = Code.Unknown;
    });
  });
}
