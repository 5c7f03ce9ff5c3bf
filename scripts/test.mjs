// Runs the tests of all packages: `npm test`, or `npm test -- packages/c1z` for those whose path holds that text.
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, sep } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';
import { runPinned } from './pinned.mjs';

ensureInstalled();
ensureBuilt();

const [wanted = '', ...rest] = process.argv.slice(2);
const files = ['packages', 'examples', 'benchmarks', 'scripts', 'packaging']
  .flatMap(testsBelow)
  .filter((file) => file.split(sep).join('/').includes(wanted));
if (files.length === 0 || rest.length > 0) {
  console.error(
    `No tests match ${JSON.stringify([wanted, ...rest].join(' '))}. Give one part of a path, for example: npm test -- packages/c1z`,
  );
  process.exit(1);
}
// Each file is a process of its own, and many start more: what was compiled once is not compiled again.
process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'compiled');
process.exit(
  runPinned([
    '--conditions=x-source',
    '--test',
    '--test-reporter=spec',
    `--test-concurrency=${Math.max(2, availableParallelism())}`,
    ...files,
  ]),
);

function testsBelow(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
    .filter((file) => !file.split(sep).some((part) => part === 'dist' || part === 'node_modules'))
    .sort();
}
