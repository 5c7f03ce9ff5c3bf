import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Simulator, startSimulator } from 'sendgrid-simulator';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...markdownBelow('docs')];
const scripts = scriptNames(readFileSync(join(root, 'package.json'), 'utf8'));

/** These run the tests themselves, or take too long for one: here it is only checked that they exist. */
const notRunHere = new Set(['test', 'check', 'bench', 'generate', 'format']);
/** Reads from the keyboard. */
const byHand = new Set(['read -rs BATON_SENDGRID_API_KEY && export BATON_SENDGRID_API_KEY']);

let simulator: Simulator;
const folder = mkdtempSync(join(tmpdir(), 'docs-test-'));
before(async () => {
  simulator = await startSimulator({ teammates: 5, subusers: 1 });
});
after(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

for (const [command, where] of commandsByPages()) {
  const [program = '', first = '', ...rest] = command.split(/\s+/);
  if (byHand.has(command)) continue;
  if (program === 'npm') {
    const name = first === 'run' ? (rest[0] ?? '') : first;
    test(`${where}: ${command} is a script`, () => assert.ok(scripts.includes(name)));
    if (notRunHere.has(name) && !command.endsWith(' --list')) continue;
    test(`${where}: ${command} succeeds`, () =>
      succeeds([join(root, 'scripts', `${name}.mjs`), ...rest.filter((word) => word === '--list')], {
        BATON_SENDGRID_API_KEY: '',
      }));
  } else if (program === 'npx' && (first === 'baton-sendgrid' || first === 'sendgrid-simulator')) {
    const folderName = first === 'baton-sendgrid' ? 'sendgrid' : first;
    test(`${where}: ${command} succeeds`, () =>
      succeeds([join(root, 'packages', folderName, 'bin', `${first}.mjs`), ...rest]));
  } else {
    test(`${where}: ${command}`, () => assert.fail('no test knows how to run this command: add it here'));
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

/** Each command once, with the pages that name it: two pages that name the same one make the same promise. */
function commandsByPages(): Map<string, string> {
  const found = new Map<string, string>();
  for (const page of pages) {
    for (const command of shellCommands(readFileSync(join(root, page), 'utf8'))) {
      const before = found.get(command);
      found.set(command, before === undefined ? page : `${before}, ${page}`);
    }
  }
  return found;
}

function shellCommands(markdown: string): Set<string> {
  const lines = [...markdown.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'));
  return new Set(lines.filter((line) => line.trim() !== '' && !line.startsWith('#')));
}

function markdownBelow(path: string): string[] {
  return readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(path, name));
}

function scriptNames(packageJson: string): string[] {
  const parsed: unknown = JSON.parse(packageJson);
  assert.ok(typeof parsed === 'object' && parsed !== null && 'scripts' in parsed);
  assert.ok(typeof parsed.scripts === 'object' && parsed.scripts !== null);
  return Object.keys(parsed.scripts);
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
