// A connector over a file, as a program for the tests that kill it. Every line of the file is one visible effect.

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { runConnector } from '../../run-connector.ts';
import { type Ledger, ledgerConnector } from './ledger-connector.ts';

const outline = {
  name: 'baton-ledger',
  version: '1.0.0',
  displayName: 'Ledger',
  description: 'Who holds the role, in a file',
  fields: { 'ledger-file': { kind: 'string', required: true, description: 'The file' } },
} as const;

/** A change takes a while, so that a kill may come before, while and after it is made. */
const slowMs = 4;

function fileLedger(file: string): Ledger {
  const lines = (): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);
  return {
    holds: (principal) =>
      lines()
        .findLast((line) => line.endsWith(` ${principal}`))
        ?.startsWith('grant ') === true,
    async write(change) {
      await delay(slowMs);
      appendFileSync(file, `${change}\n`);
      await delay(slowMs);
    },
  };
}

await runConnector(outline, async () => ({
  ...outline,
  open: (config) => ledgerConnector(fileLedger(config['ledger-file'])),
  openForCapabilities: () => ledgerConnector(fileLedger('')),
}));
