import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'import-walls-'));
copyFileSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
after(() => rmSync(folder, { recursive: true }));

const forbidden: readonly (readonly [importer: string, imported: string])[] = [
  ['packages/protocol/src/probe.ts', '@baton-ts/c1z'],
  ['packages/protocol/src/probe.ts', '@baton-ts/connector-sdk'],
  ['packages/protocol/src/probe.ts', 'baton-sendgrid'],
  ['packages/c1z/src/probe.ts', '@baton-ts/connector-sdk'],
  ['packages/c1z/src/probe.ts', 'baton-sendgrid'],
  ['packages/c1z/src/probe.ts', 'sendgrid-simulator'],
  ['packages/command-line/src/probe.ts', '@baton-ts/c1z'],
  ['packages/baton/src/probe.ts', '@baton-ts/connector-sdk'],
  ['packages/c1-server/src/probe.ts', '@baton-ts/c1z'],
  ['packages/c1-server/src/probe.test.ts', '@baton-ts/connector-sdk'],
  ['packages/connector-sdk/src/probe.ts', '@baton-ts/c1-server'],
  ['packages/console-api/src/probe.ts', '@baton-ts/protocol'],
  ['packages/console-web/src/probe.ts', '@baton-ts/console-server'],
  ['packages/console-server/src/probe.ts', '@baton-ts/connector-sdk'],
  ['packages/console-server/src/probe.ts', 'baton-sendgrid'],
  ['packages/connector-sdk/src/probe.ts', 'baton-sendgrid'],
  ['packages/connector-sdk/src/probe.ts', 'sendgrid-simulator'],
  ['packages/sendgrid/src/probe.ts', 'sendgrid-simulator'],
  ['packages/sendgrid-simulator/src/probe.ts', '@baton-ts/protocol'],
  ['packages/sendgrid-simulator/src/probe.ts', '@baton-ts/c1z'],
  ['packages/sendgrid-simulator/src/probe.test.ts', 'baton-sendgrid'],
  ['packages/c1z/src/probe.ts', '@baton-ts/protocol/gen/c1/connector/v2/grant_pb'],
  ['packages/c1z/src/probe.ts', '../../protocol/src/errors.ts'],
  ['packages/sendgrid/src/deep/probe.ts', '../../../c1z/src/store.ts'],
  ['scripts/probe.ts', '../packages/c1z/src/store.ts'],
  ['benchmarks/probe.ts', '../packages/connector-sdk/src/index.ts'],
];

const allowed: readonly (readonly [importer: string, imported: string])[] = [
  ['packages/c1z/src/probe.ts', '@baton-ts/protocol/connector-v2'],
  ['packages/connector-sdk/src/probe.ts', '@baton-ts/c1z'],
  ['packages/connector-sdk/src/probe.ts', '@baton-ts/command-line'],
  ['packages/connector-sdk/src/probe.test.ts', '@baton-ts/c1-server'],
  ['packages/baton/src/probe.ts', '@baton-ts/command-line'],
  ['packages/console-web/src/probe.ts', '@baton-ts/console-api'],
  ['packages/console-server/src/probe.ts', '@baton-ts/c1-server'],
  ['packages/console-server/src/probe.test.ts', 'baton-sendgrid'],
  ['packages/sendgrid/src/probe.ts', '@baton-ts/connector-sdk'],
  ['packages/sendgrid/src/probe.test.ts', 'sendgrid-simulator'],
  ['packages/protocol/src/probe.ts', './gen/c1/connector/v2/grant_pb.ts'],
  ['packages/sendgrid/src/api/probe.ts', '../connector/source.ts'],
];

for (const [importer, imported] of forbidden) {
  test(`${importer} may not import ${imported}`, () => assert.equal(breaches(importer, imported), 1));
}
for (const [importer, imported] of allowed) {
  test(`${importer} may import ${imported}`, () => assert.equal(breaches(importer, imported), 0));
}

function breaches(importer: string, imported: string): number {
  const file = join(folder, importer);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `import '${imported}';\n`);
  const oxlint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const { stdout, stderr } = spawnSync(process.execPath, [oxlint, '-f', 'unix', file], {
    cwd: folder,
    encoding: 'utf8',
  });
  rmSync(file);
  assert.equal(stderr, '');
  return stdout.split('\n').filter((line) => line.includes('no-restricted-imports')).length;
}
