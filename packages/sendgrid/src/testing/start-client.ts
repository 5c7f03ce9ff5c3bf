import type { TestContext } from 'node:test';
import { Secret } from '@baton-ts/connector-sdk';
import { SendGridClient } from '../api/client.ts';
import { testHttpClient } from './http.ts';
import { type Answer, type Asked, SmallSendGrid } from './small-sendgrid.ts';

/** The client in front of a server that answers as the test says. */
export async function startClient(t: TestContext, answer: (asked: Asked) => Answer) {
  const server = await SmallSendGrid.start(answer);
  t.after(() => server.stop());
  const client = new SendGridClient({
    apiKey: new Secret('SG.test'),
    region: 'global',
    baseUrl: server.url,
    createHttpClient: testHttpClient,
  });
  return { server, client };
}
