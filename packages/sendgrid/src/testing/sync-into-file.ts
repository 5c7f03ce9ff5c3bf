import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openC1z } from '@baton-ts/c1z';
import { type ConfigValues, Secret, silentLogger, syncConnector } from '@baton-ts/connector-sdk';
import { sendgridConnector } from '../connector/definition.ts';
import type { sendgridOutline } from '../connector/outline.ts';
import { testHttpClient } from './http.ts';

const { signal } = new AbortController();

/** Validates and syncs the account behind an address into a file, as a run does. */
export async function syncIntoFile(
  t: TestContext,
  { url, apiKey }: { readonly url: string; readonly apiKey: string },
  config: Partial<ConfigValues<typeof sendgridOutline.fields>> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'baton-sendgrid-'));
  t.after(() => rm(folder, { recursive: true }));
  const warnings: string[] = [];
  const connector = sendgridConnector.open(
    {
      'sendgrid-api-key': new Secret(apiKey),
      'sendgrid-region': 'global',
      'ignore-subusers': false,
      'sync-api-keys': false,
      'sendgrid-base-url': url,
      ...config,
    },
    {
      logger: { ...silentLogger, warn: (message) => warnings.push(message) },
      provisioning: false,
      createHttpClient: testHttpClient,
    },
  );
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
