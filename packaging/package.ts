// The whole of `npm run package`: writes `dist/`. `--check` makes everything twice and compares.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { debianProblem, updateDebianPackages } from './image/debian.ts';
import { sha256 } from './image/image.ts';
import { baseLayer, programLayer } from './image/layers.ts';
import { writeRoot } from './image/root-folder.ts';
import { executableOf, makeRelease, packageProgram } from './make-release.ts';
import { cacheDir, root } from './paths.ts';
import { platforms } from './platforms.ts';
import { programs } from './programs.ts';
import { readRelease } from './release.ts';

const usage = `npm run package                       make all downloads of a release, in dist/
npm run package -- --check            make them twice, and fail when a byte differs
npm run package -- --update-debian    take the newest Debian packages for the images
npm run package -- --root PROGRAM ARCHITECTURE FOLDER
                                      write the files of one image into a folder, for a Dockerfile`;

const [option, ...more] = process.argv.slice(2);
if (option === '--root' && more.length === 3) await writeImageRoot(more);
else if (more.length > 0 || (option !== undefined && !['--check', '--update-debian'].includes(option))) wrongUse();
else if (option === '--update-debian') updateDebianPackages();
else process.exitCode = await run(option === '--check');

function wrongUse(): never {
  console.error(usage);
  process.exit(2);
}

async function writeImageRoot([name, arch, folder = '']: readonly string[]): Promise<void> {
  const program = programs.find((one) => one.name === name);
  const platform = platforms.find((one) => one.os === 'linux' && one.arch === arch);
  const problem = debianProblem();
  if (program === undefined || platform === undefined) wrongUse();
  if (problem !== undefined) throw new Error(problem);
  const packaged = await packageProgram(program, readRelease());
  const executable = await executableOf(packaged, platform);
  writeRoot(folder, [
    ...(await baseLayer(platform.arch)),
    ...programLayer(program.name, executable, packaged.documents),
  ]);
}

async function run(isTwice: boolean): Promise<number> {
  const release = readRelease();
  const dist = join(root, 'dist');
  console.log(`Version ${release.version}, commit ${release.commit}`);
  mkdirSync(cacheDir, { recursive: true });
  const folder = mkdtempSync(join(cacheDir, 'dist-'));
  const again = mkdtempSync(join(cacheDir, 'again-'));
  try {
    const { made, missing } = await makeRelease(release, folder, tell);
    const differing = isTwice ? await differingFiles(folder, again) : [];
    rmSync(dist, { recursive: true, force: true });
    renameSync(folder, dist);
    chmodSync(dist, 0o755);
    for (const { file, bytes } of made) console.log(`${(bytes / 1e6).toFixed(1).padStart(8)} MB  dist/${file}`);
    for (const why of missing) console.error(`\nThere are no images. ${why}`);
    for (const file of differing) console.error(`${file} came out differently the second time.`);
    if (isTwice && differing.length === 0) console.log('The second time came out the same, byte for byte.');
    return missing.length + differing.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(again, { recursive: true, force: true });
  }

  async function differingFiles(first: string, second: string): Promise<string[]> {
    console.log('Once more, to compare');
    await makeRelease(release, second, tell);
    const names = new Set([...readdirSync(first), ...readdirSync(second)]);
    return [...names].filter((name) => hashOf(join(first, name)) !== hashOf(join(second, name)));
  }
}

function hashOf(file: string): string | undefined {
  try {
    return sha256(readFileSync(file));
  } catch {
    return undefined;
  }
}

function tell(line: string): void {
  console.log(`${line} …`);
}
