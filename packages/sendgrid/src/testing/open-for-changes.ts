import type { TestContext } from 'node:test';
import {
  type AnnouncedChange,
  type ChangeRequest,
  type ConfigValues,
  Secret,
  silentLogger,
} from '@baton-ts/connector-sdk';
import { sendgridConnector } from '../connector/definition.ts';
import type { sendgridOutline } from '../connector/outline.ts';
import { testHttpClient } from './http.ts';

/** What a dry run throws in place of the write. */
export class DryRun extends Error {}

/** The connector with changes allowed, in front of the account behind an address, and what a change is called with. */
export function openForChanges(
  t: TestContext,
  { url, apiKey }: { readonly url: string; readonly apiKey: string },
  config: Partial<ConfigValues<typeof sendgridOutline.fields>> = {},
) {
  const connector = sendgridConnector.open(
    {
      'sendgrid-api-key': new Secret(apiKey),
      'sendgrid-region': 'global',
      'ignore-subusers': false,
      'sync-api-keys': true,
      'sendgrid-base-url': url,
      ...config,
    },
    { logger: silentLogger, provisioning: true, createHttpClient: testHttpClient },
  );
  t.after(() => connector.close?.());
  const announced: AnnouncedChange[] = [];
  const { signal } = new AbortController();
  const request: ChangeRequest = { signal, announce: (change) => void announced.push(change) };
  const dryRun: ChangeRequest = {
    signal,
    announce(change) {
      announced.push(change);
      throw new DryRun();
    },
  };
  return { connector, announced, request, dryRun };
}
