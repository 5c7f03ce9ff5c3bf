// Bundles the programs into their `dist` folders, so that they start without type stripping.
// Plain JavaScript: the machine's own Node.js, from 20 on, runs it.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Programs by workspace; entries that the workspace does not have are left out. */
export const programs = [
  {
    folder: 'packages/sendgrid',
    entries: { main: 'packages/sendgrid/src/main.ts', 'pack-worker': 'packages/c1z/src/pack-worker.ts' },
  },
  { folder: 'packages/sendgrid-simulator', entries: { main: 'packages/sendgrid-simulator/src/main.ts' } },
  {
    folder: 'packages/baton',
    entries: { main: 'packages/baton/src/main.ts', 'pack-worker': 'packages/c1z/src/pack-worker.ts' },
  },
  {
    folder: 'packages/console-server',
    entries: {
      main: 'packages/console-server/src/main.ts',
      'pack-worker': 'packages/c1z/src/pack-worker.ts',
      'ingest-worker': 'packages/console-server/src/ingestion/ingest-worker.ts',
    },
  },
  { folder: 'packages/c1-server', entries: { main: 'packages/c1-server/src/dev-server/main.ts' } },
  {
    folder: 'examples/baton-csv',
    entries: { main: 'examples/baton-csv/src/main.ts', 'pack-worker': 'packages/c1z/src/pack-worker.ts' },
  },
];

/** Its ES module hides `require('@grpc/grpc-js')` from the bundler, which would leave a second copy outside the bundle. */
const visibleRequires = {
  '@opentelemetry/otlp-grpc-exporter-base': join(
    root,
    'node_modules/@opentelemetry/otlp-grpc-exporter-base/dist/index.cjs',
  ),
};

/** CommonJS dependencies inside an ES module bundle call `require`. */
const requireBanner =
  "import { createRequire as batonCreateRequire } from 'node:module'; const require = batonCreateRequire(import.meta.url);";

/** Connectors, whose first module imports only the outline besides. */
const lightPrograms = new Set(
  ['packages/sendgrid/src/main.ts', 'examples/baton-csv/src/main.ts'].map((path) => join(root, path)),
);

/**
 * A connector's first module needs `runConnector` of the SDK and nothing else: taken from its own file, so that `--help`
 * does not load the sync engine and the messages, which the SDK's index names too.
 */
const lightEntry = {
  name: 'light-entry',
  setup(bundler) {
    bundler.onResolve({ filter: /^@baton-ts\/connector-sdk$/ }, ({ importer }) =>
      lightPrograms.has(importer) ? { path: join(root, 'packages/connector-sdk/src/run-connector.ts') } : undefined,
    );
  },
};

/** For esbuild, beside the entries and where the result goes. */
export const bundlerOptions = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  conditions: ['x-source'],
  alias: visibleRequires,
  banner: { js: requireBanner },
  chunkNames: '[name]-[hash]',
  legalComments: 'none',
  plugins: [lightEntry],
  metafile: true,
  logLevel: 'error',
};

/** Builds every program that has sources. Returns the folders written. */
export async function build() {
  const { build: bundle } = await import('esbuild');
  const built = await Promise.all(
    programs.map(async ({ folder, entries }) => {
      const present = Object.entries(entries).filter(([, source]) => existsSync(join(root, source)));
      if (!present.some(([name]) => name === 'main')) return undefined;
      const outdir = join(root, folder, 'dist');
      const result = await bundle({
        ...bundlerOptions,
        entryPoints: Object.fromEntries(present),
        outdir,
        splitting: true,
      });
      removeStale(outdir, Object.keys(result.metafile.outputs));
      return outdir;
    }),
  );
  return [...built.filter((folder) => folder !== undefined), ...(await buildWebApp())];
}

async function buildWebApp() {
  const folder = join(root, 'packages/console-web');
  if (!existsSync(join(folder, 'vite.config.ts'))) return [];
  const { build: bundle } = await import('vite');
  await bundle({ root: folder, configFile: join(folder, 'vite.config.ts'), logLevel: 'error' });
  return [join(folder, 'dist')];
}

/** Chunks carry a hash in their names: those of earlier builds would pile up. */
function removeStale(outdir, outputs) {
  const current = new Set(outputs.map((path) => join(root, path)));
  for (const name of readdirSync(outdir)) {
    const path = join(outdir, name);
    if (name.endsWith('.js') && !current.has(path)) rmSync(path);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const folder of await build()) process.stdout.write(`built ${folder}\n`);
}
