#!/usr/bin/env node
// Starts the bundled program. Plain JavaScript that Node.js 20 can run: it finds or builds the bundle, and hands over to
// the Node.js that comes with the packages when the machine's own is too old.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OLDEST_NODE = 24;
const here = dirname(fileURLToPath(import.meta.url));
const bundle = join(here, '..', 'dist', 'main.js');

/** The nearest file of that name in this folder or one above it. */
function findUpwards(...parts) {
  for (let folder = here; ; folder = dirname(folder)) {
    const path = join(folder, ...parts);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return undefined;
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

async function buildInCheckout() {
  const script = findUpwards('scripts', 'build.mjs');
  if (script === undefined) fail(`sendgrid-simulator is not installed whole: ${bundle} is missing. Install it again.`);
  try {
    const { build } = await import(pathToFileURL(script).href);
    await build();
  } catch (error) {
    fail(`sendgrid-simulator could not be built. Run "npm ci" in the checkout, then try again.\n${error.message}`);
  }
}

/** Runs the same command line with a newer Node.js and ends as it ends. */
function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
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

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  const node = findUpwards('node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (node === undefined || process.env.BATON_HANDED_OVER === '1') {
    fail(
      `sendgrid-simulator needs Node.js ${OLDEST_NODE} or newer; this is ${process.version}. ` +
        'Run "npm ci" in the checkout, which brings one along, or install a newer Node.js.',
    );
  }
  handOver(node);
} else {
  if (!existsSync(bundle)) await buildInCheckout();
  nodeModule.enableCompileCache?.();
  await import(pathToFileURL(bundle).href);
}
