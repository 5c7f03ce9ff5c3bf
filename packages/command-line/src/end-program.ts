/**
 * Ends the process when everything written to stdout and stderr has left it: `process.exit` alone would cut a pipe.
 *
 * @param exitCode 0, or the number of the `Code` of the error (`cli.md §A.10`)
 */
export async function endProgram(exitCode: number): Promise<never> {
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  process.exit(exitCode);
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
