import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nodeFor } from './node-binary.ts';
import type { Platform } from './platforms.ts';

/** What goes into an executable. */
export interface ExecutableParts {
  /** The text of the module that starts it. */
  readonly start: string;
  /** All else, by the path under which the program finds it. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** One file that runs without Node.js on the machine. Made for any platform, on any. */
export async function makeExecutable({ start, files }: ExecutableParts, platform: Platform): Promise<Buffer> {
  const node = await nodeFor(platform);
  const folder = mkdtempSync(join(tmpdir(), 'executable-'));
  try {
    const assets: Record<string, string> = {};
    for (const [path, content] of files) {
      const file = join(folder, 'files', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      assets[path] = file;
    }
    // The module's path goes into the executable: relative, so that it is the same on every machine.
    writeFileSync(join(folder, 'start.mjs'), start);
    const output = join(folder, 'executable');
    const config = {
      main: 'start.mjs',
      mainFormat: 'module',
      executable: node,
      output,
      disableExperimentalSEAWarning: true,
      useVfs: true,
      assets,
    };
    writeFileSync(join(folder, 'sea.json'), JSON.stringify(config));
    execFileSync(process.execPath, ['--build-sea', 'sea.json'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
