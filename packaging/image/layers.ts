import { posix } from 'node:path';
import { type ArchiveEntry, type ReadEntry, readEntries } from '../tar.ts';
import { type Architecture, fetchDebianPackages } from './debian.ts';

/** The user that programs run as in the images. */
export const USER = 65_532;
/** Its home; where a volume goes. Another user that somebody chooses may write there too. */
export const DATA = '/data';

const triplets: Readonly<Record<Architecture, string>> = { amd64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** What Node.js links against. */
const LIBRARIES = /^(ld-linux-[\w-]+\.so\.\d|lib(atomic|c|dl|gcc_s|m|pthread|rt|stdc\+\+)\.so\.[\d.]+)$/;

/** The lowest layer: libraries, certificate authorities, names of users, and the licences of all that. */
export async function baseLayer(architecture: Architecture): Promise<ArchiveEntry[]> {
  const triplet = triplets[architecture];
  const entries: ArchiveEntry[] = [];
  const authorities: Buffer[] = [];
  for (const archive of fetchDebianPackages(architecture).values()) {
    for await (const entry of readEntries(archive)) {
      const { path, content } = entry;
      const name = posix.basename(path);
      const isLibrary = path.includes(`${triplet}/`) && LIBRARIES.test(name) && !path.includes('gconv');
      const isLoader = /^lib(64)?\/ld-linux-/.test(path);
      if (isLibrary || isLoader) entries.push(kept(entry));
      if (/^usr\/share\/doc\/[^/]+\/copyright$/.test(path) && entry.linkTo === undefined) entries.push(kept(entry));
      if (/^usr\/share\/doc\/[^/]+$/.test(path) && entry.linkTo !== undefined) entries.push(kept(entry));
      if (/^usr\/share\/ca-certificates\/.*\.crt$/.test(path)) authorities.push(content);
    }
  }
  return withFolders([
    ...entries,
    { path: 'etc/ssl/certs/ca-certificates.crt', content: Buffer.concat(authorities) },
    {
      path: 'etc/passwd',
      content: `root:x:0:0:root:/:/nonexistent\nbaton:x:${USER}:${USER}:baton:${DATA}:/nonexistent\n`,
    },
    { path: 'etc/group', content: `root:x:0:\nbaton:x:${USER}:\n` },
    { path: 'etc/nsswitch.conf', content: 'passwd: files\ngroup: files\nhosts: files dns\n' },
    { path: 'tmp/', mode: 0o1777 },
    { path: `${DATA.slice(1)}/`, mode: 0o1777, owner: USER },
  ]);
}

/** The upper layer: the program and its licences. */
export function programLayer(name: string, program: Buffer, documents: readonly ArchiveEntry[]): ArchiveEntry[] {
  const licences = documents.filter(({ path }) => !path.includes('/'));
  return withFolders([
    { path: name, content: program, mode: 0o755 },
    ...licences.map((entry) => ({ ...entry, path: `usr/share/doc/${name}/${entry.path}` })),
  ]);
}

function kept({ path, content, mode, linkTo }: ReadEntry): ArchiveEntry {
  return linkTo === undefined ? { path, content, mode } : { path, linkTo, mode: 0o777 };
}

/** In order, with every folder before what is in it. */
function withFolders(entries: readonly ArchiveEntry[]): ArchiveEntry[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  for (const { path } of entries) {
    for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
      if (!byPath.has(`${folder}/`)) byPath.set(`${folder}/`, { path: `${folder}/` });
    }
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
