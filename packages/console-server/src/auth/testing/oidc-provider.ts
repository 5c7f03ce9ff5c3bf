import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** What the tests use of `oidc-provider`, which comes without types. */
interface Provider {
  callback(): RequestListener;
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
  readonly Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): Promise<void> };
}
interface ProviderModule {
  readonly default: new (issuer: string, configuration: object) => Provider;
}
/** Given by ourselves, because the provider warns of it otherwise. */
interface AdapterModule {
  readonly default: new (kind: string) => object;
}
interface Context {
  readonly oidc: {
    readonly provider: Provider;
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
  };
}

export const CLIENT_ID = 'console';
export const CLIENT_SECRET = 'the secret of the console at the provider';

/** A real OpenID Connect provider on a port of this machine. */
export interface TestProvider {
  readonly issuer: string;
  /** Who is at the browser, as the provider knows them. */
  claims: Readonly<Record<string, unknown>>;
  /** Whether the person agrees to sign in. */
  agrees: boolean;
  /** Whether it names other keys than those that it signs with, as somebody in its place would have to. */
  hasForeignKeys: boolean;
  /** Walks a browser through the provider. @returns where the provider sends it in the end */
  visit(url: string): Promise<URL>;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
}

export async function startProvider(t: TestContext, redirectUri: string): Promise<TestProvider> {
  let handle: RequestListener = () => {};
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push((request.url ?? '').split('?')[0] ?? '');
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const test: TestProvider = {
    issuer,
    claims: {},
    agrees: true,
    hasForeignKeys: false,
    visit: (url) => visit(url, redirectUri),
    asked,
  };

  const load = createRequire(import.meta.url);
  const { default: Provider } = load('oidc-provider') as ProviderModule;
  const { default: InMemory } = load('oidc-provider/lib/adapters/memory_adapter.js') as AdapterModule;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    adapter: (kind: string) => new InMemory(kind),
    jwks: { keys: [newKey('private')] },
    cookies: { keys: ['a key of a provider that lives for one test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    ttl: { Interaction: 60, Session: 60, Grant: 60, AccessToken: 60, IdToken: 60 },
    findAccount: (_context: unknown, accountId: string) => ({
      accountId,
      claims: async () => ({ sub: accountId, ...test.claims }),
    }),
    async loadExistingGrant({ oidc }: Context) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  handle = (request, response) => {
    if (request.url === '/jwks' && test.hasForeignKeys) {
      response.setHeader('content-type', 'application/jwk-set+json');
      response.end(JSON.stringify({ keys: [newKey('public')] }));
      return;
    }
    if (request.url?.startsWith('/interaction/') !== true) {
      answer(request, response);
      return;
    }
    const result = test.agrees ? { login: { accountId: 'account-1' } } : { error: 'access_denied' };
    void provider.interactionFinished(request, response, result);
  };
  return test;
}

function newKey(half: 'private' | 'public'): object {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = half === 'private' ? pair.privateKey : pair.publicKey;
  return { ...key.export({ format: 'jwk' }), kid: 'the-key', use: 'sig', alg: 'RS256' };
}

async function visit(start: string, end: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(start);
  for (let redirects = 0; redirects < 10; redirects += 1) {
    if (url.href.startsWith(end)) return url;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const header of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (header.split(';')[0] ?? '').split('=');
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`The provider answered ${response.status}: ${await response.text()}`);
    url = new URL(location, url);
  }
  throw new Error('The provider sends the browser around in circles.');
}
