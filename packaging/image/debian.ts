import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from '../paths.ts';

export type Architecture = 'amd64' | 'arm64';

/** A package of Debian, of exactly these bytes. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly sha256: Readonly<Record<Architecture, string>>;
}

const lockPath = join(import.meta.dirname, 'debian-packages.json');
const architectures: readonly Architecture[] = ['amd64', 'arm64'];

interface Lock {
  readonly suite: string;
  readonly packages: readonly DebianPackage[];
}

/** The packages whose files are in the images: the C and C++ libraries, and the certificate authorities. */
export function debianPackages(): readonly DebianPackage[] {
  return readLock().packages;
}

const readLock = (): Lock => JSON.parse(readFileSync(lockPath, 'utf8')) as Lock;

/** Why this machine cannot read Debian packages; undefined when it can. */
export function debianProblem(): string | undefined {
  const missing = ['apt-get', 'dpkg-deb'].filter((tool) => !isInstalled(tool));
  return missing.length === 0
    ? undefined
    : `Images take the C library from Debian packages, which needs ${missing.join(' and ')}: run this on Debian or Ubuntu with the sources of Debian ${readLock().suite}.`;
}

function isInstalled(tool: string): boolean {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The file system of each package, as tar archives. Fetched once, then kept. */
export function fetchDebianPackages(architecture: Architecture): Map<string, Buffer> {
  const { packages } = readLock();
  const missing = packages.filter((one) => !existsSync(cached(one.sha256[architecture])));
  if (missing.length > 0) fetchAll(missing, architecture);
  return new Map(
    packages.map(({ name, sha256 }) => {
      const options = { maxBuffer: 2 ** 28 };
      return [name, execFileSync('dpkg-deb', ['--fsys-tarfile', cached(sha256[architecture])], options)];
    }),
  );
}

const cached = (sha256: string): string => join(cacheDir, 'debian', `${sha256}.deb`);
const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

function fetchAll(packages: readonly DebianPackage[], architecture: Architecture): void {
  mkdirSync(join(cacheDir, 'debian'), { recursive: true });
  withApt(architecture, (download) => {
    for (const { name, version, sha256 } of packages) {
      const wanted = sha256[architecture];
      const content = download(`${name}=${version}`);
      if (hashOf(content) !== wanted)
        throw new Error(`${name} ${version} for ${architecture} is not the package that debian-packages.json has`);
      const partial = `${cached(wanted)}.${process.pid}`;
      writeFileSync(partial, content);
      renameSync(partial, cached(wanted));
    }
  });
}

/** Notes the versions that apt offers now, and their hashes. */
export function updateDebianPackages(): void {
  const lock = readLock();
  const found = new Map(
    lock.packages.map(({ name }) => [name, { name, version: '', sha256: { amd64: '', arm64: '' } }]),
  );
  for (const architecture of architectures) {
    withApt(architecture, (download, versionOf) => {
      for (const one of found.values()) {
        one.version = versionOf(one.name);
        one.sha256[architecture] = hashOf(download(one.name));
      }
    });
  }
  writeFileSync(lockPath, `${JSON.stringify({ suite: lock.suite, packages: [...found.values()] }, null, 2)}\n`);
}

/** Gives apt state of its own, so that it reads packages of either architecture and changes nothing on the machine. */
function withApt(
  architecture: Architecture,
  use: (download: (wanted: string) => Buffer, versionOf: (name: string) => string) => void,
): void {
  const folder = mkdtempSync(join(tmpdir(), 'apt-'));
  const { suite } = readLock();
  try {
    for (const name of ['state/lists/partial', 'cache/archives/partial', 'out']) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    writeFileSync(join(folder, 'status'), '');
    const options = [
      `Dir::State=${folder}/state`,
      `Dir::State::status=${folder}/status`,
      `Dir::Cache=${folder}/cache`,
      `APT::Architecture=${architecture}`,
      `APT::Architectures::=${architecture}`,
      'APT::Sandbox::User=root',
      'Acquire::Languages=none',
    ].flatMap((option) => ['-o', option]);
    const apt = (tool: string, ...args: readonly string[]): string =>
      execFileSync(tool, [...options, ...args], {
        cwd: join(folder, 'out'),
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    apt('apt-get', '-q', 'update');
    const download = (wanted: string): Buffer => {
      try {
        apt('apt-get', '-q', 'download', wanted);
      } catch (cause) {
        throw new Error(
          `apt has no ${wanted} for ${architecture}. It has to know Debian ${suite} with its security updates; when a newer version ` +
            'has replaced this one, run npm run package -- --update-debian and commit what it changes.',
          { cause },
        );
      }
      const [name = ''] = readdirSync(join(folder, 'out'));
      const content = readFileSync(join(folder, 'out', name));
      rmSync(join(folder, 'out', name));
      return content;
    };
    use(download, (name) => /Candidate: (\S+)/.exec(apt('apt-cache', 'policy', name))?.[1] ?? '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
