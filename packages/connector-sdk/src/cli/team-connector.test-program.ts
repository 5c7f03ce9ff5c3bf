// The connector for a team, as a program: for the tests of changes from the command line. Its people are in a JSON file.

import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectorContext, ConnectorDefinition } from '../connector.ts';
import { type Members, type TeamStore, teamConnector } from '../provision/testing/team.ts';
import { runConnector } from '../run-connector.ts';

const fields = {
  'team-file': { kind: 'string', required: true, description: 'The JSON file with the people and their roles' },
  'team-habit': {
    kind: 'string',
    default: '',
    oneOf: ['', 'slow', 'silent'],
    description: 'slow: takes its time to write; silent: writes without announcing it',
  },
} as const;

const outline = {
  name: 'baton-team',
  version: '1.0.0',
  displayName: 'Team',
  description: 'Baton connector for a team',
  examples: [
    {
      flags: '--grant-entitlement role:writer:member --grant-principal ann --grant-principal-type person',
      does: 'let ann write',
    },
  ],
  fields,
};

function jsonFile(path: string): TeamStore {
  const read = async (): Promise<Members> => JSON.parse(readFileSync(path, 'utf8'));
  return {
    read,
    write: async (name, roles) => writeFileSync(path, JSON.stringify({ ...(await read()), [name]: roles })),
  };
}

/** Nobody answers there, and nobody is asked. */
async function writeSilently(context: ConnectorContext, signal: AbortSignal): Promise<void> {
  const client = context.createHttpClient({ baseUrl: 'http://127.0.0.1:9', headers: () => ({}) });
  await client.request({ method: 'POST', route: '/people', path: '/people', signal });
}

const definition: ConnectorDefinition<typeof fields> = {
  ...outline,
  open: (config, context) => {
    const store = jsonFile(config['team-file']);
    const habit = config['team-habit'];
    const connector = teamConnector(store, async () => {
      if (habit !== 'slow') return;
      process.stdout.write('writing\n');
      await delay(200);
    });
    if (habit !== 'silent') return connector;
    return {
      ...connector,
      resourceTypes: connector.resourceTypes.map((part) => ({
        ...part,
        grant: async ({ signal }) => {
          await writeSilently(context, signal);
          return {};
        },
      })),
    };
  },
  openForCapabilities: () => teamConnector({ read: async () => ({}), write: async () => {} }),
};

await runConnector(outline, async () => definition);
