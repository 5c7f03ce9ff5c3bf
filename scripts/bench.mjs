// Runs a benchmark by name: `npm run bench` lists them, `npm run bench requests` runs one, `npm run bench all` runs all.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';
import { runPinned } from './pinned.mjs';

ensureInstalled();
ensureBuilt();

const folder = join(root, 'benchmarks');
const names = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();
const [wanted, ...options] = process.argv.slice(2);

if (wanted === undefined) {
  console.log(`Benchmarks:\n${names.map((name) => `  npm run bench ${name}`).join('\n')}\n  npm run bench all`);
  process.exit(0);
}
if (wanted !== 'all' && !names.includes(wanted)) {
  console.error(`There is no benchmark ${JSON.stringify(wanted)}. There are: ${names.join(', ')}, all.`);
  process.exit(1);
}
const codes = (wanted === 'all' ? names : [wanted]).map((name) => {
  console.log(`\n== ${name}`);
  return runPinned(['--conditions=x-source', join(folder, `${name}.ts`), ...options]);
});
process.exit(codes.find((code) => code !== 0) ?? 0);
