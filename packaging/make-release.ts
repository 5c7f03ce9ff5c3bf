import { type Artifact, Artifacts } from './artifacts.ts';
import { type Bundle, bundleProgram } from './bundle.ts';
import { tarGz } from './compress.ts';
import { documentsOf } from './documents.ts';
import { downloadPage } from './download-page.ts';
import { makeExecutable } from './executable.ts';
import { addImages } from './image/add-images.ts';
import { debianProblem } from './image/debian.ts';
import { npmFile, npmPackage } from './npm-package.ts';
import { archiveName, fileOf, type Platform, platformName, platforms } from './platforms.ts';
import { executableParts, type Hosted } from './program-files.ts';
import { type Program, programNamed, programs } from './programs.ts';
import type { Release } from './release.ts';
import { sbomOf } from './sbom.ts';
import { signMachO } from './sign-mach-o.ts';
import type { ArchiveEntry } from './tar.ts';
import { licenceFile, nodeJs, type ThirdParty, thirdPartiesOf } from './third-party.ts';
import { bundleWebApp } from './web-app.ts';
import { zipOf } from './zip.ts';

/** A program with everything that goes along with it. */
export interface PackagedProgram {
  readonly program: Program;
  readonly bundle: Bundle;
  /** What the console brings along. */
  readonly hosted?: Hosted;
  /** Of others, without Node.js. */
  readonly parties: readonly ThirdParty[];
  readonly documents: readonly ArchiveEntry[];
  /** For Linux, by architecture: what the images hold. */
  readonly linux: Map<string, Buffer>;
}

/**
 * Makes all that a release offers.
 *
 * @param tell is called with what is being done
 * @returns what was made, and what could not be made here with the reason
 */
export async function makeRelease(
  release: Release,
  folder: string,
  tell: (line: string) => void,
): Promise<{ readonly made: readonly Artifact[]; readonly missing: readonly string[] }> {
  const artifacts = new Artifacts(folder);
  tell('Bundling the programs and the web app');
  const packaged = await Promise.all(programs.map((program) => packageProgram(program, release)));
  for (const platform of platforms) {
    tell(`Executables for ${platformName(platform)}`);
    for (const one of packaged) await addExecutable(artifacts, one, platform, release);
  }
  tell('npm packages and bills of materials');
  for (const one of packaged) await addPlainFiles(artifacts, one, release);
  const problem = debianProblem();
  if (problem === undefined) {
    tell('Images');
    await addImages(artifacts, packaged, release);
  }
  artifacts.write('SHA256SUMS', artifacts.sums());
  artifacts.write('index.html', downloadPage(artifacts.all, release));
  return { made: artifacts.all, missing: problem === undefined ? [] : [problem] };
}

/** Bundles a program, and says what is in it. */
export async function packageProgram(program: Program, release: Release): Promise<PackagedProgram> {
  const bundle = await bundleProgram(program, release);
  const hosted = program.name === 'console' ? await bundleHosted(release) : undefined;
  const inputs = [...bundle.inputs, ...(hosted?.connector.inputs ?? []), ...(hosted?.web.inputs ?? [])];
  const parties = thirdPartiesOf(inputs);
  return {
    program,
    bundle,
    ...(hosted !== undefined && { hosted }),
    parties,
    documents: documentsOf(program, licenceFile(program.name, [...parties, nodeJs()]), release.timeSeconds),
    linux: new Map(),
  };
}

async function bundleHosted(release: Release): Promise<Hosted> {
  const [connector, web] = await Promise.all([bundleProgram(programNamed('baton-sendgrid'), release), bundleWebApp()]);
  return { connector, web };
}

export async function executableOf({ program, bundle, hosted }: PackagedProgram, platform: Platform): Promise<Buffer> {
  const made = await makeExecutable(executableParts(program, bundle, hosted), platform);
  return platform.os === 'darwin' ? signMachO(made, program.name) : made;
}

const osNames: Readonly<Record<Platform['os'], string>> = { linux: 'Linux', darwin: 'macOS', windows: 'Windows' };
const archNames: Readonly<Record<Platform['arch'], string>> = { amd64: 'x64', arm64: 'arm64' };

async function addExecutable(
  artifacts: Artifacts,
  one: PackagedProgram,
  platform: Platform,
  { version, timeSeconds }: Release,
): Promise<void> {
  const { program, documents, linux } = one;
  const content = await executableOf(one, platform);
  if (platform.os === 'linux') linux.set(platform.arch, content);
  const entries = [{ path: fileOf(program.name, platform), content, mode: 0o755 }, ...documents];
  const pack = platform.archive === 'zip' ? zipOf : tarGz;
  artifacts.add(
    {
      file: archiveName(program.name, version, platform),
      kind: 'executable',
      program: program.name,
      about: `${osNames[platform.os]}, ${archNames[platform.arch]}`,
    },
    await pack(entries, timeSeconds),
  );
}

async function addPlainFiles(artifacts: Artifacts, one: PackagedProgram, release: Release): Promise<void> {
  const { program, bundle, hosted, parties } = one;
  const licences = licenceFile(program.name, parties);
  const npm = await npmPackage(
    { program, bundle, licences, ...(hosted !== undefined && { web: hosted.web.files }) },
    release,
  );
  const { name, npmName } = program;
  artifacts.add({ file: npmFile(program, release.version), kind: 'npm', program: name, about: npmName }, npm);
  const sbom = sbomOf({ name, npmName, description: program.description.summary }, [...parties, nodeJs()], release);
  artifacts.add(
    { file: `${name}-v${release.version}.cdx.json`, kind: 'sbom', program: name, about: 'CycloneDX 1.6' },
    Buffer.from(sbom),
  );
}
