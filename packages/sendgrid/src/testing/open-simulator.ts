import type { TestContext } from 'node:test';
import {
  type AnnouncedChange,
  type ChangeRequest,
  type ConfigValues,
  type Connector,
  Secret,
  silentLogger,
} from '@baton-ts/connector-sdk';
import { type SimulatorOptions, startSimulator } from 'sendgrid-simulator';
import { sendgridConnector } from '../connector/definition.ts';
import type { sendgridOutline } from '../connector/outline.ts';
import { testHttpClient } from './http.ts';

export interface OpenOptions {
  readonly config?: Partial<ConfigValues<typeof sendgridOutline.fields>>;
  /** Which of the simulator's keys. Default: full access. */
  readonly key?: 'full' | 'readOnly' | 'restricted' | 'mailOnly';
}

/** The connector with changes allowed in front of a simulated account, and what a change of it is called with. */
export async function openSimulator(t: TestContext, account: SimulatorOptions = {}, options: OpenOptions = {}) {
  const simulator = await startSimulator({ rateLimitPerMinute: 0, ...account });
  t.after(() => simulator.close());
  const connector: Connector = sendgridConnector.open(
    {
      ...defaults(),
      'sendgrid-api-key': new Secret(simulator.keys[options.key ?? 'full']),
      'sendgrid-base-url': simulator.url,
      ...options.config,
    },
    { logger: silentLogger, provisioning: true, createHttpClient: testHttpClient },
  );
  t.after(() => connector.close?.());
  const announced: AnnouncedChange[] = [];
  const { control } = simulator;
  return {
    simulator,
    control,
    account: control.account,
    connector,
    announced,
    /** Of a change that is carried out. */
    request: {
      signal: new AbortController().signal,
      announce: (change) => announced.push(change),
    } satisfies ChangeRequest as ChangeRequest,
    /** Of a dry run. */
    dryRun: {
      signal: new AbortController().signal,
      announce(change) {
        announced.push(change);
        throw new DryRun();
      },
    } satisfies ChangeRequest as ChangeRequest,
    /** The requests so far that were no reads, as `POST /v3/teammates 201`. */
    writes: () =>
      control
        .requests()
        .log.filter(({ method }) => method !== 'GET')
        .map(({ method, path, status }) => `${method} ${path} ${status}`),
  };
}

/** What a dry run throws in place of the write. */
export class DryRun extends Error {}

function defaults(): ConfigValues<typeof sendgridOutline.fields> {
  return {
    'sendgrid-api-key': new Secret(''),
    'sendgrid-region': 'global',
    'ignore-subusers': false,
    'sync-api-keys': true,
    'sendgrid-base-url': '',
  };
}
