import type { TestContext } from 'node:test';
import { type AnnouncedChange, type ChangeRequest, type ConnectorContext, silentLogger } from '@baton-ts/connector-sdk';
import { sendgridConnector } from '../connector/definition.ts';
import { testHttpClient } from './http.ts';
import { type TestConfig, testConfig } from './test-config.ts';

/** What a dry run throws in place of the write. */
export class DryRun extends Error {}

/** The connector with changes allowed, in front of the account behind an address, and what a change is called with. */
export function openForChanges(
  t: TestContext,
  { url, apiKey }: { readonly url: string; readonly apiKey: string },
  config: Partial<TestConfig> = {},
  createHttpClient: ConnectorContext['createHttpClient'] = testHttpClient,
) {
  const connector = sendgridConnector.open(testConfig({ url, apiKey }, { 'sync-api-keys': true, ...config }), {
    logger: silentLogger,
    provisioning: true,
    createHttpClient,
  });
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
