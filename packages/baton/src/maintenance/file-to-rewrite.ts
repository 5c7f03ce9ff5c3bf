import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { CommandContext } from '../commands/command.ts';
import { locateFile } from '../file/open-file.ts';

/** The path of a file that a command changes in place: standard input has no place. */
export async function fileToRewrite({ flags, signal }: CommandContext): Promise<string> {
  const path = flags.string('file');
  if (path === '-') {
    throw new BatonError(
      Code.Unknown,
      'this command rewrites the file in its place, so that -f - cannot be used with it',
    );
  }
  await using file = await locateFile(path, signal);
  return file.path;
}
