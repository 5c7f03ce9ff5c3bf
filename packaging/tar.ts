import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';

/** One file or folder of an archive. */
export interface ArchiveEntry {
  /** With slashes; a folder's ends in one. */
  readonly path: string;
  readonly content?: Buffer | string;
  /** Where a symbolic link leads. */
  readonly linkTo?: string | undefined;
  /** Default 0644, for folders 0755. */
  readonly mode?: number;
  /** User and group; default root. */
  readonly owner?: number;
}

/** A tar archive with the entries in their order, each of the same time. */
export async function tarOf(entries: readonly ArchiveEntry[], timeSeconds: number): Promise<Buffer> {
  const archive = pack();
  const whole = buffer(archive);
  for (const { path, content = '', linkTo, mode, owner = 0 } of entries) {
    const isFolder = path.endsWith('/');
    const header = {
      name: path,
      mtime: new Date(timeSeconds * 1000),
      mode: mode ?? (isFolder ? 0o755 : 0o644),
      uid: owner,
      gid: owner,
      type: isFolder ? 'directory' : linkTo === undefined ? 'file' : 'symlink',
      ...(linkTo !== undefined && { linkname: linkTo }),
    } as const;
    archive.entry(header, isFolder || linkTo !== undefined ? '' : content);
  }
  archive.finalize();
  return await whole;
}

/** The regular files of a tar archive, by path. */
export async function readTar(archive: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for await (const { path, content, linkTo } of readEntries(archive)) {
    if (linkTo === undefined && !path.endsWith('/')) files.set(path, content);
  }
  return files;
}

/** An entry that was read. */
export interface ReadEntry extends ArchiveEntry {
  readonly content: Buffer;
  readonly mode: number;
}

/** Files, folders and links of a tar archive, without a `./` before their paths. */
export async function* readEntries(archive: Buffer): AsyncGenerator<ReadEntry> {
  const reader = extract();
  reader.end(archive);
  for await (const entry of reader) {
    const { name, type, linkname, mode, uid } = entry.header;
    const content = await buffer(entry);
    const path = name.replace(/^\.\//, '').replace(/\/?$/, type === 'directory' ? '/' : '');
    if (path === '/' || !['file', 'directory', 'symlink'].includes(type ?? '')) continue;
    const linkTo = type === 'symlink' ? (linkname ?? '') : undefined;
    yield { path, content, mode, linkTo, ...(uid !== undefined && { owner: uid }) };
  }
}
