// Plain JavaScript that Node.js 20 can run.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OLDEST_NODE = 24;

/**
 * Runs `dist/main.js` of the package whose `bin` folder holds the calling file: builds it when it is missing in a
 * checkout, and hands over to the Node.js that comes with the packages when the machine's own is too old.
 *
 * @param {string} name the program's name, for messages
 * @param {string} importMetaUrl `import.meta.url` of the file in `bin`
 */
export async function launch(name, importMetaUrl) {
  const binFile = fileURLToPath(importMetaUrl);
  const here = dirname(binFile);
  const bundle = join(here, '..', 'dist', 'main.js');
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    const node = findUpwards(here, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
    if (node === undefined || process.env.BATON_HANDED_OVER === '1') {
      const remedy =
        findUpwards(here, 'scripts', 'build.mjs') === undefined
          ? 'Install a newer one, or take the executable of a release, which needs none.'
          : 'Run "npm ci" in the checkout, which brings one along, or install a newer Node.js.';
      fail(`${name} needs Node.js ${OLDEST_NODE} or newer; this is ${process.version}. ${remedy}`);
    }
    handOver(node, binFile);
    return;
  }
  if (!existsSync(bundle)) await buildInCheckout(name, here, bundle);
  nodeModule.enableCompileCache?.();
  await import(pathToFileURL(bundle).href);
}

/** The nearest file of that name in the folder or one above it. */
function findUpwards(start, ...parts) {
  for (let folder = start; ; folder = dirname(folder)) {
    const path = join(folder, ...parts);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return undefined;
  }
}

async function buildInCheckout(name, here, bundle) {
  const script = findUpwards(here, 'scripts', 'build.mjs');
  if (script === undefined) fail(`${name} is not installed whole: ${bundle} is missing. Install it again.`);
  try {
    const { build } = await import(pathToFileURL(script).href);
    await build();
  } catch (error) {
    fail(`${name} could not be built. Run "npm ci" in the checkout, then try again.\n${error.message}`);
  }
}

/** Runs the same command line with a newer Node.js and ends as it ends. */
function handOver(node, binFile) {
  const child = spawn(node, [binFile, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, BATON_HANDED_OVER: '1' },
  });
  // A terminal sends Ctrl-C to both processes: forwarding it would count as the second, impatient one.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${node} cannot be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
