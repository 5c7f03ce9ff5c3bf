import type { TestContext } from 'node:test';
import { sendgridConnector } from '../connector/definition.ts';
import { testHttpClient } from './http.ts';
import { answersOf, type SmallAccount } from './small-account.ts';
import { SmallSendGrid } from './small-sendgrid.ts';
import { type TestConfig, testConfig } from './test-config.ts';
import type { Walked } from './walk.ts';

/** The connector, pointed at a small SendGrid that answers for the account. */
export async function open(
  t: TestContext,
  account: SmallAccount,
  config: Partial<TestConfig> = {},
  provisioning = false,
) {
  const server = await SmallSendGrid.start(answersOf(account));
  t.after(() => server.stop());
  const warnings: string[] = [];
  const connector = sendgridConnector.open(testConfig({ url: server.url, apiKey: 'SG.test' }, config), {
    logger: { debug() {}, info() {}, warn: (message) => warnings.push(message), error() {} },
    provisioning,
    createHttpClient: testHttpClient,
  });
  return { server, connector, warnings };
}

export const owner = { username: 'olga', user_type: 'owner', scopes: ['mail.send', 'teammates.read', '2fa_required'] };
export const ann = { username: 'ann', scopes: ['mail.send'] };

export const ids = (walked: Walked, type: string) =>
  walked.resources.filter(({ id }) => id?.resourceType === type).map(({ id }) => id?.resource);
export const held = (walked: Walked, username: string) =>
  walked.grants
    .filter(({ principal }) => principal?.id?.resource === username)
    .map(({ entitlement }) => entitlement?.id);
export const resourceOf = (walked: Walked, name: string) => walked.resources.find(({ id }) => id?.resource === name);
export const grantOf = (walked: Walked, id: string) => walked.grants.find((grant) => grant.id === id);

export const brands = [
  { id: 11, username: 'brand_a' },
  { id: 12, username: 'brand_b', disabled: true },
];
