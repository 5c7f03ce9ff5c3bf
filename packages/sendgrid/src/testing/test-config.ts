import { type ConfigValues, Secret } from '@baton-ts/connector-sdk';
import { sendgridOutline } from '../connector/outline.ts';

export type TestConfig = ConfigValues<typeof sendgridOutline.fields>;

/** The configuration that a run without flags has, in front of the account behind an address. */
export function testConfig(
  { url, apiKey }: { readonly url: string; readonly apiKey: string },
  config: Partial<TestConfig> = {},
): TestConfig {
  return {
    'sendgrid-api-key': new Secret(apiKey),
    'sendgrid-region': 'global',
    'ignore-subusers': false,
    'sync-api-keys': false,
    'admin-demote-scopes': sendgridOutline.fields['admin-demote-scopes'].default,
    'allow-last-admin': false,
    'sendgrid-base-url': url,
    ...config,
  };
}
