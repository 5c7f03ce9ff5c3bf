// Types, lint with the walls between packages, format: all are run, then one summary. `npm run format` repairs the last.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, pinnedNode, root } from './ensure.mjs';

ensureInstalled();

const tool = (name) => join(root, 'node_modules', ...name);
const checks = [
  { name: 'types', args: [tool(['typescript', 'bin', 'tsc']), '-p', root] },
  {
    name: 'types of the web app',
    args: [tool(['typescript', 'bin', 'tsc']), '-p', join(root, 'packages', 'console-web')],
  },
  { name: 'lint and import walls', args: [tool(['oxlint', 'bin', 'oxlint']), '--type-aware', '--deny-warnings'] },
  { name: 'format and import order', args: [tool(['@biomejs', 'biome', 'bin', 'biome']), 'ci', '--colors=off', root] },
];

const results = checks.map(({ name, args }) => {
  const startedAt = performance.now();
  const { status, stdout, stderr, error } = spawnSync(pinnedNode, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) console.log(`\n── ${name} ──\n${stdout}${stderr}${error?.message ?? ''}`.trimEnd());
  return { name, ok: status === 0, seconds: (performance.now() - startedAt) / 1000 };
});

console.log('');
for (const { name, ok, seconds } of results)
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`);
process.exit(results.every(({ ok }) => ok) ? 0 : 1);
