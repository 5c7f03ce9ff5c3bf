import { join } from 'node:path';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { AUTHORITY_FILE, type AuthorityParts, bundleOf, renewAuthority, switchAuthority } from './own-authority.ts';
import { writeWhole } from './whole-file.ts';

/** `console authority renew` and `console authority switch`. @returns what a person has to know afterwards */
export async function changeAuthority(
  parts: AuthorityParts,
  dataDir: string,
  word: string | undefined,
): Promise<string> {
  if (word !== 'renew' && word !== 'switch') {
    throw new BatonError(Code.Unknown, 'usage: console authority renew, later console authority switch');
  }
  const path = join(dataDir, AUTHORITY_FILE);
  writeWhole(path, bundleOf(await (word === 'renew' ? renewAuthority(parts) : switchAuthority(parts))));
  return word === 'renew'
    ? `${path} holds a new authority beside the one in use. Give it to every self-hosted connector and restart each; then run: console authority switch`
    : 'The new authority is in use; a console that runs takes it up within a minute. Connectors without it are not served any more.';
}
