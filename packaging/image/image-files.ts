import type { ArchiveEntry } from '../tar.ts';
import { type Image, sha256 } from './image.ts';

const MEDIA = 'application/vnd.oci.image';

/** An OCI layout with one image for each architecture under one tag: the entries of its folder. */
export function ociLayout(
  images: readonly Image[],
  tag: string,
  annotations: Readonly<Record<string, string>>,
): ArchiveEntry[] {
  const blobs = new Map<string, Buffer>();
  const add = (mediaType: string, content: Buffer) => {
    const digest = sha256(content);
    blobs.set(digest, content);
    return { mediaType, digest: `sha256:${digest}`, size: content.length };
  };
  const json = (mediaType: string, content: object) => add(mediaType, Buffer.from(JSON.stringify(content)));
  const manifests = images.map(({ architecture, config, layers }) => ({
    ...json(`${MEDIA}.manifest.v1+json`, {
      schemaVersion: 2,
      mediaType: `${MEDIA}.manifest.v1+json`,
      config: add(`${MEDIA}.config.v1+json`, config),
      layers: layers.map(({ packed }) => add(`${MEDIA}.layer.v1.tar+gzip`, packed)),
      annotations,
    }),
    platform: { architecture, os: 'linux', ...(architecture === 'arm64' && { variant: 'v8' }) },
  }));
  const mediaType = `${MEDIA}.index.v1+json`;
  const index = json(mediaType, { schemaVersion: 2, mediaType, manifests, annotations });
  const entry = { ...index, annotations: { 'org.opencontainers.image.ref.name': tag } };
  return [
    { path: 'oci-layout', content: JSON.stringify({ imageLayoutVersion: '1.0.0' }) },
    { path: 'index.json', content: JSON.stringify({ schemaVersion: 2, mediaType, manifests: [entry] }) },
    { path: 'blobs/' },
    { path: 'blobs/sha256/' },
    ...[...blobs]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([digest, content]) => ({ path: `blobs/sha256/${digest}`, content })),
  ];
}

/** What `docker load`, `podman load` and skopeo read. Its layers are packed, since not all of them read a packed archive. */
export function dockerArchive({ config, layers }: Image, reference: string): ArchiveEntry[] {
  const configName = `${sha256(config)}.json`;
  const layerName = (tar: Buffer): string => `${sha256(tar)}.tar`;
  const manifest = [{ Config: configName, RepoTags: [reference], Layers: layers.map(({ tar }) => layerName(tar)) }];
  return [
    { path: 'manifest.json', content: JSON.stringify(manifest) },
    { path: configName, content: config },
    ...layers.map(({ tar, packed }) => ({ path: layerName(tar), content: packed })),
  ];
}
