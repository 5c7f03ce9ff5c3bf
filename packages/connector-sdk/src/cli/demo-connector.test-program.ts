// The smallest connector, as a program for the tests of the command line. Its data is in the code.

import { ResourceType_Trait } from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Connector, ConnectorDefinition } from '../connector.ts';
import { resourceType, userResource } from '../model/resource.ts';
import { runConnector } from '../run-connector.ts';
import type { Secret } from '../secret.ts';

const fields = {
  'demo-key': { kind: 'secret', required: true, displayName: 'Demo key', description: 'The key of the <demo>' },
  'demo-region': { kind: 'string', default: 'global', oneOf: ['global', 'eu'], description: 'Where the demo lives' },
  'demo-url': { kind: 'string', hidden: true, description: 'Another host' },
} as const;

const outline = {
  name: 'baton-demo',
  version: '1.2.3',
  displayName: 'Demo',
  description: 'Baton connector for a demo',
  fields,
};

const person = resourceType({ id: 'person', displayName: 'Person', traits: [ResourceType_Trait.USER] });

function connector(key: Secret | undefined): Connector {
  return {
    resourceTypes: [
      {
        type: person,
        permissions: ['people.read'],
        list: async ({ signal }) => {
          if (key?.reveal() === 'slow-key') {
            process.stdout.write('listing\n');
            await new Promise((_, reject) => {
              const keepAlive = setInterval(() => {}, 1000);
              signal.addEventListener('abort', () => {
                clearInterval(keepAlive);
                reject(signal.reason);
              });
            });
          }
          return { items: [userResource({ type: person, id: 'ada', displayName: 'Ada' })] };
        },
      },
    ],
    validate: async () => {
      if (key?.reveal() === 'wrong-key') throw new BatonError(Code.Unauthenticated, 'the key wrong-key is not valid');
      return ['people have no photos'];
    },
  };
}

const definition: ConnectorDefinition<typeof fields> = {
  ...outline,
  open: (config) => connector(config['demo-key']),
  openForCapabilities: () => connector(undefined),
};

await runConnector(outline, async () => definition);
