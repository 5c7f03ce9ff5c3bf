import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Bundle } from './bundle.ts';
import { tarGz } from './compress.ts';
import { root } from './paths.ts';
import type { Program } from './programs.ts';
import type { Release } from './release.ts';
import type { ArchiveEntry } from './tar.ts';

/** What a program's npm package is made of. */
export interface NpmParts {
  readonly program: Program;
  readonly bundle: Bundle;
  readonly licences: string;
  /** The web app, which the console looks for beside its own folder. */
  readonly web?: ReadonlyMap<string, Buffer>;
}

export const npmFile = ({ npmName }: Program, version: string): string =>
  `${npmName.replace('@', '').replace('/', '-')}-${version}.tgz`;

/** A package for npm: the program as JavaScript, with nothing left to install but, for the console, the connector. */
export async function npmPackage({ program, bundle, licences, web }: NpmParts, release: Release): Promise<Buffer> {
  const { name, npmName, description } = program;
  const folder = web === undefined ? '' : 'console-server/';
  const bin = `${folder}bin/${name}.mjs`;
  const about = {
    name: npmName,
    version: release.version,
    description: description.summary,
    license: 'Apache-2.0',
    type: 'module',
    bin: { [name]: bin },
    engines: { node: '>=24' },
    ...(web !== undefined && { dependencies: { 'baton-sendgrid': release.version } }),
  };
  const files: ArchiveEntry[] = [
    { path: 'package.json', content: `${JSON.stringify(about, null, 2)}\n` },
    { path: 'README.md', content: readme(program) },
    { path: 'LICENSE', content: readFileSync(join(root, 'LICENSE')) },
    { path: 'THIRD_PARTY_LICENSES.txt', content: licences },
    { path: bin, content: await starter(program), mode: 0o755 },
    ...[...bundle.files].map(([path, content]) => ({ path: `${folder}dist/${path}`, content })),
    ...[...(web ?? [])].map(([path, content]) => ({ path: `console-web/dist/${path}`, content })),
  ];
  const entries = files.map((entry) => ({ ...entry, path: `package/${entry.path}` }));
  return await tarGz(entries, release.timeSeconds);
}

/** The program's own file in `bin`, with the launcher inside. */
async function starter({ folder, name }: Program): Promise<Buffer> {
  const { outputFiles } = await build({
    entryPoints: [join(root, folder, 'bin', `${name}.mjs`)],
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    write: false,
    logLevel: 'error',
  });
  return Buffer.from(outputFiles[0]?.contents ?? []);
}

function readme({ npmName, description: { name, summary } }: Program): string {
  const command = npmName === name ? `npx ${name}` : `npx --package ${npmName} ${name}`;
  return `# ${name}\n\n${summary}\n\nNeeds Node.js 24 or newer.\n\n\`\`\`sh\n${command} --help\n\`\`\`\n`;
}
