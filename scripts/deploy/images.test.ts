import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { imageFacts } from '../../packaging/image/add-images.ts';
import { programs } from '../../packaging/programs.ts';
import { root } from './paths.ts';

/** The images that `npm run package` makes: the one place that defines them. */
const images = programs.filter((program) => imageFacts({ program }) !== undefined).map(({ name }) => name);
const release = parse(readFileSync(join(root, '.github', 'workflows', 'release.yml'), 'utf8')).jobs.images;

test('the release pushes each image that is made, and no other', () => {
  assert.deepEqual(release.strategy.matrix.image, images);
});

test('the overlays run the images that the release pushes', () => {
  const overlays = join(root, 'deploy', 'kubernetes', 'overlays');
  // The workspace belongs to whom its packages belong.
  const owner = 'baton-ts';
  assert.ok(programs.some(({ npmName }) => npmName.startsWith(`@${owner}/`)));
  const pushed = images.map((image) =>
    String(release.env.TARGET).replace('${{ github.repository_owner }}', owner).replace('${{ matrix.image }}', image),
  );
  assert.deepEqual(
    pushed,
    images.map((image) => `ghcr.io/${owner}/${image}`),
  );
  const run = readdirSync(overlays).flatMap((overlay) =>
    parse(readFileSync(join(overlays, overlay, 'kustomization.yaml'), 'utf8')).images.map(
      ({ newName }: { newName: string }) => newName,
    ),
  );
  assert.deepEqual(new Set(run), new Set(pushed));
});

test('the Dockerfile builds the same images', () => {
  const text = readFileSync(join(root, 'deploy', 'docker', 'Dockerfile'), 'utf8');
  const stages = [...text.matchAll(/^FROM scratch AS (\S+)$/gm)].map(([, stage = '']) => stage);
  assert.deepEqual(new Set(stages), new Set<string>(images));
});
