import { BatonError, Code } from '@baton-ts/protocol/errors';

/**
 * Why no call may be made for this teammate, or undefined when it can be named in a path. `encodeURIComponent` does not
 * change `.` and `..`, which URL parsers collapse; the empty name would address the whole collection; `pending` is the
 * list of invitations (`sendgrid-api.md §9`).
 */
export function pathProblem(name: string): string | undefined {
  if (name === '') return 'an empty name would address the whole list';
  if (name === '.' || name === '..') return 'SendGrid cannot be asked about a name that is a path step';
  if (name === 'pending') return 'its address in the API is the list of invitations';
  if (!name.isWellFormed()) return 'it holds half a character';
  return undefined;
}

/** One path segment for a name, exact: no case folding, no Unicode normalisation. Throws for names that must be refused. */
export function pathSegment(what: string, name: string): string {
  const problem = pathProblem(name);
  if (problem !== undefined) {
    throw new BatonError(
      Code.InvalidArgument,
      `The ${what} ${JSON.stringify(name)} cannot be named in a call to SendGrid: ${problem}.`,
    );
  }
  return encodeURIComponent(name);
}

/**
 * Why a subuser cannot be named in the `on-behalf-of` header, or undefined when it can. Headers carry Latin-1, lose
 * white space at both ends, and `account-id …` means a partner's customer (`sendgrid-api.md §1.1`).
 */
export function headerProblem(subuser: string): string | undefined {
  if (subuser === '') return 'its name is empty';
  if (![...subuser].every(isHeaderCharacter)) return 'its name holds characters that an HTTP header cannot carry';
  if (subuser.trim() !== subuser) return 'its name begins or ends with white space, which an HTTP header loses';
  if (subuser.startsWith('account-id ')) return 'its name would be read as the id of a partner account';
  return undefined;
}

function isHeaderCharacter(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (code >= 0x20 && code <= 0x7e) || (code >= 0x80 && code <= 0xff);
}

/** The header that makes a call run as if the subuser made it. Throws for names that no header can carry. */
export function onBehalfOfHeader(subuser: string): Readonly<Record<string, string>> {
  const problem = headerProblem(subuser);
  if (problem === undefined) return { 'on-behalf-of': subuser };
  throw new BatonError(
    Code.InvalidArgument,
    `No call can be made on behalf of the subuser ${JSON.stringify(subuser)}: ${problem}.`,
  );
}
