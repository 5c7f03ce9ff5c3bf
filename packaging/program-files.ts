import type { Bundle } from './bundle.ts';
import type { ExecutableParts } from './executable.ts';
import type { Program } from './programs.ts';
import type { WebApp } from './web-app.ts';

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

/** The connector and the web app, which the console brings along. */
export interface Hosted {
  readonly connector: Bundle;
  readonly web: WebApp;
}

/** Lays a program out inside its executable. */
export function executableParts(program: Program, bundle: Bundle, hosted?: Hosted): ExecutableParts {
  const files = new Map(under(`${program.folder}/dist`, bundle.files));
  const put = (more: Iterable<readonly [string, Buffer]>): void => {
    for (const [path, content] of more) files.set(path, content);
  };
  put(under('workers', bundle.workers));
  if (hosted === undefined) return { start: `import './${program.folder}/dist/main.js';\n`, files };
  put(under(`${CONNECTOR}/dist`, hosted.connector.files));
  put([[`${CONNECTOR}/bin/baton-sendgrid.mjs`, Buffer.from("import '../dist/main.js';\n")]]);
  put(under(WEB_APP, hosted.web.files));
  return { start: START_CONSOLE, files };
}

function under(folder: string, files: ReadonlyMap<string, Buffer>): (readonly [string, Buffer])[] {
  return [...files].map(([path, content]) => [`${folder}/${path}`, content] as const);
}
