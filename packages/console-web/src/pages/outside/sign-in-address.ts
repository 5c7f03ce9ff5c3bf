import { type OidcProblem, oidcProblems } from '@baton-ts/console-api';

export interface SignInAddress {
  /** Why the sign-in at another provider ended here. */
  readonly error?: OidcProblem;
  /** The address in the console that was asked for. */
  readonly next?: string;
}

export function readSignInAddress(search: Readonly<Record<string, unknown>>): SignInAddress {
  const { error, next } = search;
  return {
    ...(isProblem(error) && { error }),
    ...(typeof next === 'string' && isOwnPath(next) && { next }),
  };
}

function isProblem(word: unknown): word is OidcProblem {
  return typeof word === 'string' && Object.hasOwn(oidcProblems, word);
}

/** A path of this console: nothing that a browser takes for another host. */
export function isOwnPath(path: string): boolean {
  return /^\/(?![/\\])/.test(path) && new URL(path, window.location.origin).origin === window.location.origin;
}
