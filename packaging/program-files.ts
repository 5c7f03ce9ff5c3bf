import type { Bundle } from './bundle.ts';
import type { ExecutableParts } from './executable.ts';
import type { Program } from './programs.ts';

/** Where the console looks for the connector and for its web app: as in a checkout. */
const CONNECTOR = 'node_modules/baton-sendgrid';
const WEB_APP = 'packages/console-web/dist';

/** The first word that turns the console's executable into the connector; the console itself gives it. */
const START_CONSOLE = `if (process.argv[2] === '_connector') {
  process.argv.splice(2, 1);
  await import('./${CONNECTOR}/bin/baton-sendgrid.mjs');
} else {
  await import('./packages/console-server/dist/main.js');
}
`;

/**
 * Lays a program out inside its executable.
 *
 * @param hosted what the console brings along: the connector, and the files of the web app
 */
export function executableParts(
  program: Program,
  bundle: Bundle,
  hosted?: { readonly connector: Bundle; readonly web: ReadonlyMap<string, Buffer> },
): ExecutableParts {
  const files = new Map(under(`${program.folder}/dist`, bundle.files));
  const put = (more: Iterable<readonly [string, Buffer]>): void => {
    for (const [path, content] of more) files.set(path, content);
  };
  put(under('workers', bundle.workers));
  if (hosted === undefined) return { start: `import './${program.folder}/dist/main.js';\n`, files };
  put(under(`${CONNECTOR}/dist`, hosted.connector.files));
  put([[`${CONNECTOR}/bin/baton-sendgrid.mjs`, Buffer.from("import '../dist/main.js';\n")]]);
  put(under(WEB_APP, hosted.web));
  return { start: START_CONSOLE, files };
}

function under(folder: string, files: ReadonlyMap<string, Buffer>): (readonly [string, Buffer])[] {
  return [...files].map(([path, content]) => [`${folder}/${path}`, content] as const);
}
