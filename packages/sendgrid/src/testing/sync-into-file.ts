import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openC1z } from '@baton-ts/c1z';
import { silentLogger, syncConnector } from '@baton-ts/connector-sdk';
import { sendgridConnector } from '../connector/definition.ts';
import { testHttpClient } from './http.ts';
import { type TestConfig, testConfig } from './test-config.ts';

const { signal } = new AbortController();

/** Validates and syncs the account behind an address into a file, as a run does. */
export async function syncIntoFile(
  t: TestContext,
  { url, apiKey }: { readonly url: string; readonly apiKey: string },
  config: Partial<TestConfig> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'baton-sendgrid-'));
  t.after(() => rm(folder, { recursive: true }));
  const warnings: string[] = [];
  const connector = sendgridConnector.open(testConfig({ url, apiKey }, config), {
    logger: { ...silentLogger, warn: (message) => warnings.push(message) },
    provisioning: false,
    createHttpClient: testHttpClient,
  });
  const notes = await connector.validate({ signal });
  const path = join(folder, 'sync.c1z');
  const store = await openC1z(path);
  try {
    const result = await syncConnector({ store, connector, logger: silentLogger, signal });
    return { path, result, notes, warnings: [...warnings, ...result.warnings] };
  } finally {
    await store.close();
    await connector.close?.();
  }
}
