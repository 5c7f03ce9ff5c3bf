import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { lockedPackage } from './lockfile.ts';
import { cacheDir, root } from './paths.ts';
import { fileOf, type Platform } from './platforms.ts';
import { stripElf } from './strip-elf.ts';
import { readTar } from './tar.ts';

/** The Node.js that an executable for the platform is made of: the pinned version, without its symbol tables on Linux. */
export async function nodeFor(platform: Platform): Promise<string> {
  const { nodePackage, os } = platform;
  const locked = lockedPackage(`node_modules/${nodePackage}`);
  if (locked?.integrity === undefined)
    throw new Error(`package-lock.json does not know ${nodePackage}. Run npm install.`);
  const file = join(cacheDir, `${nodePackage}-${locked.version}`);
  if (existsSync(file)) return file;
  const installed = join(root, 'node_modules', nodePackage, 'bin', fileOf('node', platform));
  const program = existsSync(installed)
    ? readFileSync(installed)
    : await fetchNode(platform, `${nodePackage}@${locked.version}`, locked.integrity);
  mkdirSync(cacheDir, { recursive: true });
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, os === 'linux' ? stripElf(program) : program, { mode: 0o755 });
  renameSync(partial, file);
  return file;
}

async function fetchNode(platform: Platform, wanted: string, integrity: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'node-package-'));
  try {
    npm(['pack', wanted, '--ignore-scripts', '--pack-destination', folder]);
    const [name] = readdirSync(folder);
    if (name === undefined) throw new Error(`npm pack ${wanted} wrote no file`);
    const archive = readFileSync(join(folder, name));
    const actual = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
    if (actual !== integrity) {
      throw new Error(`${wanted} is not what package-lock.json has: its hash is ${actual}, expected ${integrity}`);
    }
    const path = `package/bin/${fileOf('node', platform)}`;
    const program = (await readTar(gunzipSync(archive))).get(path);
    if (program === undefined) throw new Error(`${wanted} holds no ${path}`);
    return program;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function npm(args: readonly string[]): void {
  const script = process.env['npm_execpath'];
  const node = process.env['npm_node_execpath'] ?? process.execPath;
  const options = { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] as const };
  if (script !== undefined && /\.[cm]?js$/.test(script))
    execFileSync(node, [script, ...args], { ...options, stdio: [...options.stdio] });
  else execFileSync('npm', args, { ...options, stdio: [...options.stdio], shell: process.platform === 'win32' });
}
