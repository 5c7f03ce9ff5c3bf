import { Code } from '@baton-ts/protocol/errors';

/** Whether a write failed because the reader has gone, as in `baton grants | head`. */
export function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED');
}

/** Without a listener a reader that goes away ends the process with a stack trace. */
export function endQuietlyWhenNobodyReads(stream: NodeJS.WriteStream): void {
  stream.on('error', (error) => {
    if (isClosedPipe(error)) return;
    process.stderr.write(`writing the output: ${error.message}\n`);
    process.exitCode = Code.Unknown;
  });
}
