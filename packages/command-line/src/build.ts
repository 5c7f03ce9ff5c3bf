/** What packaging writes into a program. */
export interface Build {
  readonly version: string;
  /** The full hash. */
  readonly commit: string;
}

declare const BATON_BUILD: Build | undefined;

/** Undefined in a program that runs from a checkout. */
export const build: Build | undefined = typeof BATON_BUILD === 'undefined' ? undefined : BATON_BUILD;

/**
 * What `--version` prints.
 *
 * @param ownVersion that of the program's sources, for a checkout
 */
export function versionText(name: string, ownVersion: string, asJson: boolean): string {
  const version = build?.version ?? ownVersion;
  if (!asJson) return `${name} version ${version}\n`;
  const { platform, arch, version: node } = process;
  return JSON.stringify({ name, version, ...(build !== undefined && { commit: build.commit }), node, platform, arch });
}
