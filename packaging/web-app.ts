import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { build, type Plugin } from 'vite';
import { root } from './paths.ts';

/** The web app of the console as it is served, and what it was made of. */
export interface WebApp {
  readonly files: ReadonlyMap<string, Buffer>;
  /** Source files from the root of the checkout. */
  readonly inputs: readonly string[];
}

export async function bundleWebApp(): Promise<WebApp> {
  const folder = join(root, 'packages', 'console-web');
  const outDir = mkdtempSync(join(tmpdir(), 'web-app-'));
  const inputs = new Set<string>();
  try {
    await build({
      root: folder,
      configFile: join(folder, 'vite.config.ts'),
      logLevel: 'error',
      plugins: [collect(inputs)],
      build: { outDir, emptyOutDir: true },
    });
    const files = readdirSync(outDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(outDir, file).split(sep).join('/'), readFileSync(file)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return { files: new Map(files), inputs: [...inputs].sort() };
  } finally {
    rmSync(outDir, { recursive: true });
  }
}

/** Notes the modules, style sheets and fonts that end up in the result. */
function collect(inputs: Set<string>): Plugin {
  const add = (id: string): void => {
    const [path = ''] = id.replaceAll('\0', '').split('?');
    if (existsSync(path)) inputs.add(relative(root, path).split(sep).join('/'));
  };
  return {
    name: 'collect-inputs',
    generateBundle(_options, outputs) {
      for (const output of Object.values(outputs)) {
        if (output.type === 'asset') {
          for (const name of output.originalFileNames) add(join(root, 'packages', 'console-web', name));
        } else {
          for (const [id, { renderedLength }] of Object.entries(output.modules)) if (renderedLength > 0) add(id);
          for (const id of output.moduleIds) if (/\.css(\?|$)/.test(id)) add(id);
        }
      }
    },
  };
}
