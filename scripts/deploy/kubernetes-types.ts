import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Resource } from './kustomize.ts';
import { root } from './paths.ts';

/**
 * What the types of Kubernetes' own OpenAPI have against the resources: fields that do not exist, values of another kind.
 * Each resource becomes a TypeScript literal, and the compiler judges it.
 */
export function typeErrors(resources: readonly Resource[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubernetes-types-'));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    const files = resources.map((one, index) => {
      const name = `${index}-${one.kind}-${one.metadata.name}.ts`;
      const { group, version } = groupOf(one.apiVersion);
      const from = `kubernetes-models/${group === '' ? '' : `${group}/`}${version}/${one.kind}`;
      writeFileSync(
        join(folder, name),
        `import type { I${one.kind} } from '${from}';\nexport const resource: I${one.kind} = ${JSON.stringify(one, null, 2)};\n`,
      );
      return name;
    });
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'esnext',
      skipLibCheck: true,
      types: [],
    };
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder, '--pretty', 'false'],
      { encoding: 'utf8' },
    );
    return `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `apps/v1` → group and version; the oldest group has no name. */
export function groupOf(apiVersion: string): { group: string; version: string } {
  const [version = '', group = ''] = apiVersion.split('/').toReversed();
  return { group, version };
}
