import { createHash } from 'node:crypto';
import { gzip6 } from '../compress.ts';
import type { Release } from '../release.ts';
import { type ArchiveEntry, tarOf } from '../tar.ts';
import type { Architecture } from './debian.ts';
import { DATA, USER } from './layers.ts';

/** A container image for one architecture. */
export interface Image {
  readonly architecture: Architecture;
  readonly config: Buffer;
  readonly layers: readonly Layer[];
}

/** One layer, as it is and packed. */
export interface Layer {
  readonly tar: Buffer;
  readonly packed: Buffer;
}

/** What the image of a program is called and how it starts. */
export interface ImageFacts {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly environment: readonly string[];
  readonly ports: readonly number[];
}

export const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

export async function makeLayer(entries: readonly ArchiveEntry[], { timeSeconds }: Release): Promise<Layer> {
  const tar = await tarOf(entries, timeSeconds);
  return { tar, packed: await gzip6(tar) };
}

/** The program is the entrypoint, the user is not root, and nothing but the data folder and /tmp is ever written. */
export function makeImage(
  facts: ImageFacts,
  architecture: Architecture,
  layers: readonly [base: Layer, program: Layer],
  release: Release,
): Image {
  const created = new Date(release.timeSeconds * 1000).toISOString();
  const config = {
    architecture,
    ...(architecture === 'arm64' && { variant: 'v8' }),
    os: 'linux',
    created,
    config: {
      User: `${USER}:${USER}`,
      Entrypoint: [`/${facts.name}`],
      WorkingDir: DATA,
      Env: ['PATH=/', `HOME=${DATA}`, ...facts.environment],
      ...(facts.ports.length > 0 && {
        ExposedPorts: Object.fromEntries(facts.ports.map((port) => [`${port}/tcp`, {}])),
      }),
      Labels: labelsOf(facts, release),
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ tar }) => `sha256:${sha256(tar)}`) },
    history: [
      { created, created_by: 'libraries and certificate authorities of Debian' },
      { created, created_by: `${facts.name} ${release.version}` },
    ],
  };
  return { architecture, config: Buffer.from(JSON.stringify(config)), layers };
}

/** Known to registries and scanners. */
export function labelsOf({ title, description }: ImageFacts, release: Release): Record<string, string> {
  return {
    'org.opencontainers.image.title': title,
    'org.opencontainers.image.description': description,
    'org.opencontainers.image.version': release.version,
    'org.opencontainers.image.revision': release.commit,
    'org.opencontainers.image.created': new Date(release.timeSeconds * 1000).toISOString(),
    'org.opencontainers.image.licenses': 'Apache-2.0',
  };
}
