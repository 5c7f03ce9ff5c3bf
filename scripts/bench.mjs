// `npm run bench` runs all benchmarks, `npm run bench NAME` one, `npm run bench -- --list` names them.
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

if (wanted === '--list') {
  console.log(`Benchmarks:\n${names.map((name) => `  npm run bench ${name}`).join('\n')}`);
  process.exit(0);
}
if (wanted !== undefined && !names.includes(wanted)) {
  console.error(`There is no benchmark ${JSON.stringify(wanted)}. There are: ${names.join(', ')}.`);
  process.exit(1);
}
const codes = (wanted === undefined ? names : [wanted]).map((name) => {
  console.log(`\n== ${name}`);
  return runPinned(['--conditions=x-source', join(folder, `${name}.ts`), ...options]);
});
process.exit(codes.find((code) => code !== 0) ?? 0);
