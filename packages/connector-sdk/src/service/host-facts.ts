import { existsSync, readFileSync } from 'node:fs';
import { arch, hostname, machine, platform, release, version } from 'node:os';
import {
  type BatonServiceHelloRequest_BuildInfo,
  BatonServiceHelloRequest_BuildInfoSchema,
  type BatonServiceHelloRequest_OSInfo,
  BatonServiceHelloRequest_OSInfoSchema,
} from '@baton-ts/protocol/connectorapi-v1';
import { create } from '@bufbuild/protobuf';

/** The rules of the protocol allow no more (`service-protocol.md §13`). */
const maxCharacters = 256;

/** What Hello tells of this machine. No text is empty: an empty one may prevent registration (`service-protocol.md §4`). */
export function osInfo(): BatonServiceHelloRequest_OSInfo {
  const os = platform() === 'win32' ? 'windows' : platform();
  const distribution = os === 'linux' ? readOsRelease() : new Map<string, string>();
  const name = distribution.get('ID') || os;
  const kernelVersion = release() || 'unknown';
  return create(BatonServiceHelloRequest_OSInfoSchema, {
    hostname: bounded(hostname(), 'unknown'),
    os,
    platform: bounded(name, os),
    platformFamily: bounded(distribution.get('ID_LIKE')?.split(' ')[0] ?? '', name),
    platformVersion: bounded(distribution.get('VERSION_ID') ?? (os === 'linux' ? '' : version()), kernelVersion),
    kernelVersion: bounded(kernelVersion, 'unknown'),
    kernelArch: bounded(machine(), arch()),
    virtualizationSystem: virtualization(),
  });
}

/** What Hello tells of this program. */
export function buildInfo(program: {
  readonly name: string;
  readonly version: string;
}): BatonServiceHelloRequest_BuildInfo {
  return create(BatonServiceHelloRequest_BuildInfoSchema, {
    langVersion: bounded(`node${process.version}`, '0.0.0'),
    package: bounded(program.name, '/dummy/path'),
    packageVersion: bounded(program.version, '0.0.0'),
  });
}

function bounded(text: string, fallback: string): string {
  return (text || fallback || 'unknown').slice(0, maxCharacters);
}

function readOsRelease(): Map<string, string> {
  try {
    const lines = readFileSync('/etc/os-release', 'utf8').split('\n');
    return new Map(
      lines.flatMap((line) => {
        const match = /^([A-Z_]+)=(?:"([^"]*)"|'([^']*)'|(.*))$/.exec(line.trim());
        return match === null ? [] : [[match[1] ?? '', match[2] ?? match[3] ?? match[4] ?? ''] as const];
      }),
    );
  } catch {
    // A container from scratch has no such file.
    return new Map();
  }
}

function virtualization(): string {
  if (existsSync('/.dockerenv')) return 'docker';
  if (existsSync('/run/.containerenv')) return 'podman';
  if (process.env['KUBERNETES_SERVICE_HOST'] !== undefined) return 'kubernetes';
  return 'none';
}
