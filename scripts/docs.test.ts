import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Simulator, startSimulator } from 'sendgrid-simulator';
import { type PageConsole, startPageConsole } from './console-for-pages.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...markdownBelow('docs')];
const scripts = scriptNames(readFileSync(join(root, 'package.json'), 'utf8'));

/** These run the tests themselves, or take too long for one: here it is only checked that they exist. */
const notRunHere = new Set(['test', 'check', 'bench', 'generate', 'format']);
/** Reads from the keyboard. */
const byHand = new Set(['read -rs BATON_SENDGRID_API_KEY && export BATON_SENDGRID_API_KEY']);

/** The programs of the repository, by the names under which npx starts them. */
const programs = {
  baton: 'packages/baton',
  'baton-csv': 'examples/baton-csv',
  'baton-dev-server': 'packages/c1-server',
  'baton-sendgrid': 'packages/sendgrid',
  console: 'packages/console-server',
  'sendgrid-simulator': 'packages/sendgrid-simulator',
};

/** Its commands ask a console with a synced account. */
const consolePage = 'docs/console.md';
const consoleBin = join(root, programs.console, 'bin', 'console.mjs');
/** The first start of a console makes what these change. */
const ofStartedConsole = new Set(['console authority renew']);
/** What a page may take for granted on a reader's machine, and ours may lack. */
const toolsOfReaders = ['curl', 'jq'].filter((name) => spawnSync(name, ['--version']).error !== undefined);

let simulator: Simulator;
let pageConsole: Promise<PageConsole> | undefined;
const folder = mkdtempSync(join(tmpdir(), 'docs-test-'));
before(async () => {
  simulator = await startSimulator({ teammates: 5, subusers: 1 });
  await addTeammate('ann@example.com');
  mkdirSync(join(folder, 'bin'));
  for (const [name, home] of Object.entries(programs)) {
    script(name, `exec "${process.execPath}" "${join(root, home, 'bin', name)}.mjs" "$@"`);
  }
  script('npx', 'exec "$@"');
});
after(async () => {
  await pageConsole?.then((running) => running.close()).catch(() => {});
  await simulator.close();
  rmSync(folder, { recursive: true });
});

// A page's commands run in its order and in a folder of its own, as a reader runs them.
for (const page of pages) {
  for (const command of shellCommands(readFileSync(join(root, page), 'utf8'))) {
    const [program = '', first = '', ...rest] = command.split(/\s+/);
    if (byHand.has(command)) continue;
    if (program !== 'npm') {
      const missing = toolsOfReaders.find((name) => new RegExp(`\\b${name} `).test(command));
      const skip = missing === undefined ? false : `${missing} is not on this machine`;
      test(`${page}: ${command} succeeds`, { skip }, async () => {
        if (ofStartedConsole.has(command.split('#', 1)[0]?.trim() ?? '')) await startsConsole(page, [consoleBin]);
        await succeeds(page, 'sh', ['-c', command], page === consolePage ? await consoleEnv() : {});
      });
      continue;
    }
    const name = first === 'run' ? (rest[0] ?? '') : first;
    test(`${page}: ${command} is a script`, () => assert.ok(scripts.includes(name)));
    if (notRunHere.has(name) && !command.endsWith(' --list')) continue;
    const args = [join(root, 'scripts', `${name}.mjs`), ...rest.filter((word) => word === '--list')];
    if (name === 'start') {
      test(`${page}: ${command} prints a link that opens the console, and ends in order`, () =>
        startsConsole(page, args));
      continue;
    }
    test(`${page}: ${command} succeeds`, () => succeeds(page, process.execPath, args, { BATON_SENDGRID_API_KEY: '' }));
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
  const lines = [...markdown.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'));
  return lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
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

/** Somebody whom the pages can name. */
async function addTeammate(email: string): Promise<void> {
  const invited = await fetch(`${simulator.url}/v3/teammates`, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulator.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ email, scopes: ['user.profile.read'], is_admin: false }),
  });
  const answer: unknown = await invited.json();
  assert.ok(typeof answer === 'object' && answer !== null && 'token' in answer);
  simulator.control.accept(String(answer.token), { username: email });
}

function script(name: string, line: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
}

async function consoleEnv(): Promise<NodeJS.ProcessEnv> {
  pageConsole ??= startPageConsole(consoleBin, folderOf(consolePage), simulator);
  return (await pageConsole).env;
}

async function startsConsole(page: string, args: readonly string[]): Promise<void> {
  const more = { BATON_SENDGRID_API_KEY: '', BATON_CONSOLE_HTTP_PORT: '0', BATON_CONSOLE_CONNECTOR_PORT: '0' };
  const { child, output } = run(page, process.execPath, args, more);
  const ended = new Promise((done) => child.once('close', done));
  const link = /http:\S+#\S+/;
  while (!link.test(output()) && child.exitCode === null) {
    await Promise.race([new Promise((said) => child.stdout.once('data', said)), ended]);
  }
  const answer = await fetch(link.exec(output())?.[0] ?? 'about:blank');
  assert.match(await answer.text(), /<div id="root">/);
  child.kill('SIGTERM');
  assert.equal(await ended, 0, output());
}

async function succeeds(
  page: string,
  program: string,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<void> {
  const { child, output } = run(page, program, args, more);
  const code = await new Promise((done) => child.once('close', done));
  assert.equal(code, 0, output());
}

/** A folder of its own for the commands of a page. */
function folderOf(page: string): string {
  const path = join(folder, page.replaceAll(/\W/g, '-'));
  if (!existsSync(path)) {
    mkdirSync(path);
    symlinkSync(join(root, 'examples'), join(path, 'examples'));
  }
  return path;
}

function run(page: string, program: string, args: readonly string[], more: NodeJS.ProcessEnv) {
  const cwd = folderOf(page);
  const env = {
    ...process.env,
    PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`,
    BATON_SENDGRID_API_KEY: simulator.apiKey,
    BATON_SENDGRID_BASE_URL: simulator.url,
    ...more,
  };
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output };
}
