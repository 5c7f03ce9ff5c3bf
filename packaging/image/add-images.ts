import type { Artifacts } from '../artifacts.ts';
import type { PackagedProgram } from '../make-release.ts';
import type { Release } from '../release.ts';
import { sbomOf } from '../sbom.ts';
import { tarOf } from '../tar.ts';
import { nodeJs } from '../third-party.ts';
import { type Architecture, debianPackages } from './debian.ts';
import { type Image, type ImageFacts, type Layer, labelsOf, makeImage, makeLayer } from './image.ts';
import { dockerArchive, ociLayout } from './image-files.ts';
import { baseLayer, DATA, programLayer } from './layers.ts';

const architectures: readonly Architecture[] = ['amd64', 'arm64'];

/** What differs between the images. `baton` is a tool for people at a terminal and has none. */
const settings: Readonly<Record<string, Pick<ImageFacts, 'environment' | 'ports'>>> = {
  'baton-sendgrid': { environment: [], ports: [] },
  console: {
    environment: [`BATON_CONSOLE_DATA_DIR=${DATA}`, 'BATON_CONSOLE_HOST=0.0.0.0'],
    ports: [8080, 8443],
  },
};

/** The images of connector and console: for each architecture what `docker load` reads, for both together an OCI layout. */
export async function addImages(
  artifacts: Artifacts,
  packaged: readonly PackagedProgram[],
  release: Release,
): Promise<void> {
  const bases = new Map<Architecture, Layer>();
  for (const architecture of architectures) {
    bases.set(architecture, await makeLayer(await baseLayer(architecture), release));
  }
  for (const one of packaged) {
    const { name } = one.program;
    const facts = imageFacts(one);
    if (facts === undefined) continue;
    const images: Image[] = [];
    for (const architecture of architectures) {
      const image = await imageOf(one, facts, architecture, bases, release);
      images.push(image);
      artifacts.add(
        {
          file: `${name}-v${release.version}-image-linux-${architecture}.docker.tar`,
          kind: 'image',
          program: name,
          about: `docker load, ${architecture}`,
        },
        await tarOf(dockerArchive(image, `${name}:${release.version}`), release.timeSeconds),
      );
    }
    artifacts.add(
      {
        file: `${name}-v${release.version}-image.oci.tar`,
        kind: 'image',
        program: name,
        about: 'OCI layout, amd64 and arm64',
      },
      await tarOf(ociLayout(images, release.version, labelsOf(facts, release)), release.timeSeconds),
    );
    const parties = [...one.parties, nodeJs()];
    const about = { name, npmName: one.program.npmName, description: facts.description };
    artifacts.add(
      {
        file: `${name}-v${release.version}-image.cdx.json`,
        kind: 'sbom',
        program: name,
        about: 'CycloneDX 1.6, image',
      },
      Buffer.from(sbomOf(about, parties, release, debianPackages())),
    );
  }
}

export function imageFacts({
  program: { name, title, description },
}: Pick<PackagedProgram, 'program'>): ImageFacts | undefined {
  const own = settings[name];
  return own === undefined ? undefined : { name, title, description: description.summary, ...own };
}

export async function imageOf(
  { linux, documents }: PackagedProgram,
  facts: ImageFacts,
  architecture: Architecture,
  bases: ReadonlyMap<Architecture, Layer>,
  release: Release,
): Promise<Image> {
  const base = bases.get(architecture);
  const program = linux.get(architecture);
  if (base === undefined || program === undefined) throw new Error(`nothing was made for linux-${architecture} before`);
  const layer = await makeLayer(programLayer(facts.name, program, documents), release);
  return makeImage(facts, architecture, [base, layer], release);
}
