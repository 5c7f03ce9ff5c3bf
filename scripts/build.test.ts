import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const dist = join(import.meta.dirname, '..', 'packages', 'sendgrid', 'dist');

/** The files that are read before the program does anything: what it imports, and what these import. */
function loadedAtStart(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const source = readFileSync(join(dist, name), 'utf8');
  for (const [, next = ''] of source.matchAll(/^(?:import|\} from) "\.\/([^"]+)";$/gm)) loadedAtStart(next, seen);
  return seen;
}

test('baton-sendgrid starts without reading wire messages or libraries', (t) => {
  if (!existsSync(join(dist, 'main.js'))) return t.skip('the program is not built; npm run build builds it');
  const parts = [...loadedAtStart('main.js')].flatMap((name) =>
    [...readFileSync(join(dist, name), 'utf8').matchAll(/^\/\/ ((?:packages|node_modules)\/\S+)$/gm)].map(
      ([, part]) => part,
    ),
  );
  assert.ok(parts.includes('packages/connector-sdk/src/run-connector.ts'), 'the program itself was found');
  assert.deepEqual(
    parts.filter((part) => /^node_modules\/|\/gen\//.test(part ?? '')),
    [],
  );
});

test('baton-sendgrid needs nothing but its own folder to send telemetry', (t) => {
  if (!existsSync(join(dist, 'main.js'))) return t.skip('the program is not built; npm run build builds it');
  const chunks = readdirSync(dist).filter((name) => name.endsWith('.js'));
  const outside = chunks.filter((name) => /equire\w*\("@/.test(readFileSync(join(dist, name), 'utf8')));
  assert.ok(chunks.some((name) => name.startsWith('open-telemetry-')));
  assert.deepEqual(outside, []);
});
