import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { before, describe, type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type Simulator, startSimulator } from 'sendgrid-simulator';
import { nodeFor } from '../node-binary.ts';
import { type Platform, platforms } from '../platforms.ts';
import { type ArchiveEntry, readEntries, readTar, tarOf } from '../tar.ts';
import { makeExecutableOf, newFolder, ownPlatform, packagedNamed, release } from '../testing/packaged.ts';
import { run } from '../testing/run.ts';
import { imageFacts, imageOf } from './add-images.ts';
import { type Architecture, debianProblem, fetchDebianPackages } from './debian.ts';
import { type Image, makeLayer, sha256 } from './image.ts';
import { dockerArchive, ociLayout } from './image-files.ts';
import { baseLayer } from './layers.ts';
import { writeRoot } from './root-folder.ts';

const QEMU = 'qemu-aarch64-static';
const linux = platforms.filter(({ os }) => os === 'linux');
const isRoot = process.getuid?.() === 0;
const hasChroot = spawnSync('chroot', ['--version']).status === 0;
const emulator = process.env['PATH']
  ?.split(delimiter)
  .map((folder) => join(folder, QEMU))
  .find((path) => spawnSync(path, ['--version']).status === 0);

async function makeImageFor(architecture: Architecture, platform: Platform): Promise<Image> {
  const packaged = await packagedNamed('baton-sendgrid');
  packaged.linux.set(architecture, await makeExecutableOf('baton-sendgrid', platform));
  const facts = imageFacts(packaged);
  assert.ok(facts !== undefined);
  const base = await makeLayer(await baseLayer(architecture), release);
  return await imageOf(packaged, facts, architecture, new Map([[architecture, base]]), release);
}

for (const platform of linux) {
  const { arch: architecture } = platform;
  const isOwn = platform === ownPlatform;

  describe(`the image of the connector for ${architecture}`, () => {
    let image: Image | undefined;
    let why = debianProblem() ?? '';
    before(async () => {
      if (why !== '') return;
      try {
        await nodeFor(platform);
        fetchDebianPackages(architecture);
      } catch (error) {
        // They come from the registries of npm and Debian, which are not everywhere.
        why = `its parts could not be fetched: ${String(error).split('\n')[0]}`;
        return;
      }
      image = await makeImageFor(architecture, platform);
    });

    test('starts the program, as a user without rights, with its labels filled', (t) => {
      if (image === undefined) return t.skip(why);
      const { config, architecture: said } = JSON.parse(image.config.toString());
      assert.equal(said, architecture);
      assert.deepEqual([config.Entrypoint, config.User], [['/baton-sendgrid'], '65532:65532']);
      assert.equal(config.Labels['org.opencontainers.image.version'], release.version);
      assert.equal(config.Labels['org.opencontainers.image.revision'], release.commit);
      assert.ok(Object.values(config.Labels).every((label) => label !== ''));
    });

    test('holds no shell, and less than 130 MB', (t) => {
      if (image === undefined) return t.skip(why);
      const bytes = image.layers.reduce((sum, { tar }) => sum + tar.length, 0);
      assert.ok(bytes < 130e6, `${bytes} bytes`);
      return assertNoShell(image);
    });

    test('is an OCI layout in which every digest is right', async (t) => {
      if (image === undefined) return t.skip(why);
      const files = await readTar(await tarOf(ociLayout([image], release.version, {}), release.timeSeconds));
      const blobs = [...files].filter(([path]) => path.startsWith('blobs/sha256/'));
      for (const [path, content] of blobs) assert.equal(path, `blobs/sha256/${sha256(content)}`);
      const blob = (digest: string) => JSON.parse(String(files.get(`blobs/${digest.replace(':', '/')}`)));
      const [entry] = JSON.parse(String(files.get('index.json'))).manifests;
      const [manifest] = blob(entry.digest).manifests;
      assert.equal(manifest.platform.architecture, architecture);
      const { layers, config } = blob(manifest.digest);
      assert.deepEqual(
        layers.map(
          ({ digest }: { digest: string }) =>
            `sha256:${sha256(gunzipSync(files.get(`blobs/${digest.replace(':', '/')}`) ?? ''))}`,
        ),
        blob(config.digest).rootfs.diff_ids,
      );
    });

    test('is an archive for docker load, whose manifest names what is in it', async (t) => {
      if (image === undefined) return t.skip(why);
      const files = await readTar(await tarOf(dockerArchive(image, 'baton-sendgrid:1.2.3'), release.timeSeconds));
      const [manifest] = JSON.parse(String(files.get('manifest.json')));
      assert.deepEqual(manifest.RepoTags, ['baton-sendgrid:1.2.3']);
      for (const path of [manifest.Config, ...manifest.Layers]) assert.ok(files.has(path), path);
    });

    test('syncs an account when its root is the only file system there is', async (t) => {
      if (image === undefined) return t.skip(why);
      const missing = whyNotHere(isOwn);
      if (missing !== undefined) return t.skip(missing);
      await syncInside(t, image, isOwn);
    });
  });
}

function whyNotHere(isOwn: boolean): string | undefined {
  if (!isRoot || !hasChroot) return 'to enter the image needs root and chroot';
  if (!isOwn && emulator === undefined) return `${QEMU} is not on this machine`;
  return undefined;
}

async function syncInside(t: TestContext, image: Image, isOwn: boolean): Promise<void> {
  const folder = newFolder(t);
  for (const { tar } of image.layers) {
    const entries: ArchiveEntry[] = [];
    for await (const entry of readEntries(tar)) entries.push(entry);
    writeRoot(folder, entries);
  }
  if (!isOwn && emulator !== undefined) copyFileSync(emulator, join(folder, 'emulator'));
  const simulator: Simulator = await startSimulator({ teammates: 3 });
  t.after(() => simulator.close());
  const env = {
    PATH: process.env['PATH'] ?? '',
    BATON_SENDGRID_API_KEY: simulator.apiKey,
    BATON_SENDGRID_BASE_URL: simulator.url,
  };
  const program = [...(isOwn ? [] : ['/emulator']), '/baton-sendgrid'];
  const inside = (args: readonly string[]) =>
    run('chroot', ['--userspec=65532:65532', folder, ...program, ...args], { cwd: folder, env });
  assert.equal((await inside(['--version'])).stdout, 'baton-sendgrid version 1.2.3\n');
  const { code, stderr } = await inside(['--file', '/tmp/sync.c1z']);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /Wrote \/tmp\/sync\.c1z/);
}

async function assertNoShell({ layers }: Image): Promise<void> {
  const programs: string[] = [];
  for (const { tar } of layers) {
    for await (const { path, mode, linkTo } of readEntries(tar)) {
      if (linkTo === undefined && (mode & 0o111) !== 0 && !/\.so|\/$/.test(path)) programs.push(path);
    }
  }
  assert.deepEqual(programs, ['baton-sendgrid']);
}
