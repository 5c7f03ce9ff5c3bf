import { createHash } from 'node:crypto';
import type { DebianPackage } from './image/debian.ts';
import type { Release } from './release.ts';
import type { ThirdParty } from './third-party.ts';

/** What npm, Debian and others call a package in a URL of its kind. */
export const npmUrl = (name: string, version: string): string =>
  `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version)}`;

interface SbomProgram {
  readonly name: string;
  readonly npmName: string;
  readonly description: string;
}

/**
 * A CycloneDX 1.6 bill of materials of one program: what is bundled into it, and nothing else.
 *
 * @param debian what its image holds besides
 */
export function sbomOf(
  program: SbomProgram,
  parties: readonly ThirdParty[],
  release: Release,
  debian: readonly DebianPackage[] = [],
): string {
  const { version, commit, timeSeconds } = release;
  const components = [...parties.map(partyComponent), ...debian.map(debianComponent)];
  const own = npmUrl(program.npmName, version);

  const content = {
    metadata: {
      timestamp: new Date(timeSeconds * 1000).toISOString(),
      component: {
        type: 'application',
        'bom-ref': own,
        name: program.name,
        version,
        description: program.description,
        purl: own,
        licenses: [licenceOf('Apache-2.0')],
        properties: [{ name: 'commit', value: commit }],
      },
    },
    components,
    dependencies: [
      { ref: own, dependsOn: components.map((component) => component['bom-ref']) },
      ...components.map((component) => ({ ref: component['bom-ref'] })),
    ],
  };
  const head = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
  };
  return `${JSON.stringify({ ...head, serialNumber: serialOf(content), version: 1, ...content }, null, 2)}\n`;
}

function partyComponent(party: ThirdParty) {
  const isNode = party.name === 'node';
  const purl = isNode ? `pkg:generic/node@${party.version}` : npmUrl(party.name, party.version);
  return {
    type: isNode ? 'platform' : 'library',
    'bom-ref': purl,
    ...groupAndName(party.name),
    version: party.version,
    purl,
    licenses: [licenceOf(party.license)],
    ...(party.integrity !== undefined && { hashes: [hashOf(party.integrity)] }),
    ...(isNode && { components: insideNode() }),
  };
}

function debianComponent({ name, version }: DebianPackage) {
  const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}`;
  return { type: 'library', 'bom-ref': purl, name, version, purl };
}

function groupAndName(name: string): { readonly group?: string; readonly name: string } {
  const [group = '', rest] = name.split('/');
  return rest === undefined ? { name } : { group, name: rest };
}

/** One identifier is an id of SPDX, several are an expression. */
function licenceOf(license: string): object {
  return /^[\w.+-]+$/.test(license) ? { license: { id: license } } : { expression: license };
}

function hashOf(integrity: string): object {
  const [algorithm = '', value = ''] = integrity.split(/-(.*)/s);
  return { alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(value, 'base64').toString('hex') };
}

/** The libraries inside Node.js that advisories are written about. */
function insideNode(): object[] {
  const names = [
    'ada',
    'ares',
    'brotli',
    'icu',
    'llhttp',
    'nghttp2',
    'openssl',
    'simdjson',
    'simdutf',
    'sqlite',
    'undici',
    'uv',
    'v8',
    'zlib',
    'zstd',
  ];
  return names.flatMap((name) => {
    const version = process.versions[name];
    return version === undefined ? [] : [{ type: 'library', name, version, purl: `pkg:generic/${name}@${version}` }];
  });
}

/** The same for the same content: a UUID made of its hash. */
function serialOf(content: object): string {
  const hash = createHash('sha256').update(JSON.stringify(content)).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
