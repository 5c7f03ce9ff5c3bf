import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pages = ['README.md', 'CONTRIBUTING.md', ...markdownBelow('docs')];
const scripts = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts);

/** These run the tests themselves, or take too long for one: here it is only checked that they exist. */
const notRunHere = new Set(['test', 'check', 'bench', 'generate']);
/** Reads from the keyboard. */
const byHand = new Set(['read -rs BATON_SENDGRID_API_KEY && export BATON_SENDGRID_API_KEY']);

interface Simulator {
  readonly url: string;
  readonly apiKey: string;
  close(): Promise<void>;
}

const parts = [
  'packages/sendgrid-simulator/src/index.ts',
  'packages/sendgrid/src/main.ts',
  'packages/sendgrid/src/report/tell-file.ts',
];
const missing = parts.filter((part) => !existsSync(join(root, part)));
const skip = missing.length > 0 && `not in this tree: ${missing.join(', ')}`;

let simulator: Simulator;
const folder = mkdtempSync(join(tmpdir(), 'docs-test-'));
before(async () => {
  if (skip === false) simulator = await (await import('sendgrid-simulator')).startSimulator();
});
after(async () => {
  await simulator?.close();
  rmSync(folder, { recursive: true });
});

for (const page of pages) {
  for (const command of shellCommands(readFileSync(join(root, page), 'utf8'))) {
    const [program = '', first = '', ...rest] = command.split(/\s+/);
    if (byHand.has(command)) continue;
    if (program === 'npm') {
      const name = first === 'run' ? (rest[0] ?? '') : first;
      test(`${page}: ${command} is a script`, () => assert.ok(scripts.includes(name)));
      if (notRunHere.has(name)) continue;
      test(`${page}: ${command} succeeds`, { skip }, () =>
        succeeds([join(root, 'scripts', `${name}.mjs`)], { BATON_SENDGRID_API_KEY: '' }),
      );
    } else if (program === 'npx' && first === 'baton-sendgrid') {
      test(`${page}: ${command} succeeds`, { skip }, () =>
        succeeds([join(root, 'packages/sendgrid/bin/baton-sendgrid.mjs'), ...rest]),
      );
    } else {
      test(`${page}: ${command}`, () => assert.fail('no test knows how to run this command: add it here'));
    }
  }
}

test('every link to a file of the repository leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, target = '']) => join(dirname(join(root, page)), target))
      .filter((target) => !existsSync(target))
      .map((target) => `${page} → ${relative(root, target)}`),
  );
  assert.deepEqual(broken, []);
});

function shellCommands(markdown: string): string[] {
  return [...markdown.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#')),
  );
}

function markdownBelow(path: string): string[] {
  return readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(path, name));
}

async function succeeds(args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<void> {
  const env = {
    ...process.env,
    BATON_SENDGRID_API_KEY: simulator.apiKey,
    BATON_SENDGRID_BASE_URL: simulator.url,
    BATON_FILE: resolve(folder, 'sync.c1z'),
    ...more,
  };
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((done) => child.once('close', done));
  assert.equal(code, 0, output);
}
