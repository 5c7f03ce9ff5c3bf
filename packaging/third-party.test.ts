import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sbomOf } from './sbom.ts';
import { packagedNamed, release } from './testing/packaged.ts';
import { licenceFile, nodeJs } from './third-party.ts';

test('the console names what its server, its web app and its connector are made of', async () => {
  const names = (await packagedNamed('console')).parties.map(({ name }) => name);
  for (const name of ['fastify', 'react', '@fontsource-variable/inter', 'undici'])
    assert.ok(names.includes(name), name);
});

test('what is only needed to build or to test is in no bill', async () => {
  const names = (await packagedNamed('console')).parties.map(({ name }) => name);
  for (const name of ['esbuild', 'vite', 'typescript', 'playwright-core', 'oidc-provider']) {
    assert.ok(!names.includes(name), name);
  }
});

test('every package has its licence text', async () => {
  const { parties } = await packagedNamed('console');
  for (const { name, texts } of parties) assert.ok(texts.join('').length > 300, name);
  const file = licenceFile('console', [...parties, nodeJs()]);
  assert.match(file, /^node \d+\.\d+\.\d+ \(MIT\)$/m);
});

test('the bill of materials has each package once, with its hash, and says what depends on it', async () => {
  const { parties, program } = await packagedNamed('baton-sendgrid');
  const about = { name: program.name, npmName: program.npmName, description: program.description.summary };
  const bill = JSON.parse(sbomOf(about, [...parties, nodeJs()], release));
  assert.deepEqual([bill.bomFormat, bill.specVersion, bill.metadata.component.version], ['CycloneDX', '1.6', '1.2.3']);
  const refs: string[] = bill.components.map((component: { 'bom-ref': string }) => component['bom-ref']);
  assert.equal(new Set(refs).size, refs.length);
  assert.deepEqual(bill.dependencies[0].dependsOn, refs);
  const undici = bill.components.find(({ name }: { name: string }) => name === 'undici');
  assert.match(undici.hashes[0].content, /^[0-9a-f]{128}$/);
});
