import type { OidcProblem } from '@baton-ts/console-api';
import { BatonError } from '@baton-ts/protocol/errors';
import * as client from 'openid-client';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { Clock } from '../../clock.ts';
import type { RequestContext } from '../../domain/actor.ts';
import { asTarget, basicRoles, findPersonByEmail, insertPerson } from '../../people/person.ts';
import type { SecretBox } from '../../settings/secret-box.ts';
import { readSecret } from '../../settings/secrets.ts';
import { readSetting } from '../../settings/settings.ts';
import type { Store } from '../../store/store.ts';
import type { IncomingRequest } from '../incoming-request.ts';
import type { SealedCookie } from '../sealed-cookie.ts';
import type { SignIn } from '../sign-in.ts';
import type { TokenKey } from '../token-key.ts';
import { guardedFetch } from './guarded-fetch.ts';
import { type OidcFlow, oidcFlowCookie, safeReturnTo } from './oidc-flow.ts';
import { checkIssuer, type OidcSettings, oidcSecret, oidcSetting, redirectUriOf } from './oidc-settings.ts';

/** What a provider has to say within. */
const TIMEOUT_S = 10;

/** So long a provider's own description is trusted before it is read again. */
const DISCOVERY_LIFE_MS = 10 * 60_000;

export interface OidcParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly box: SecretBox;
  readonly tokenKey: TokenKey;
  readonly signIn: SignIn;
  readonly publicUrl: URL;
  readonly peopleChanged: () => void;
  /** `BATON_CONSOLE_ALLOW_PRIVATE_ISSUER`: the provider may be inside this network. */
  readonly allowPrivate: boolean;
  /** For the server's log: what a person is told in one sentence. */
  readonly report?: (problem: OidcProblem, cause: unknown) => void;
}

/** Ends a sign-in with a sentence for the person. */
class Refusal extends Error {
  readonly problem: OidcProblem;

  constructor(problem: OidcProblem, cause?: unknown) {
    super(problem, { cause });
    this.problem = problem;
  }
}

interface Provider {
  readonly settings: OidcSettings;
  readonly config: client.Configuration;
}

/**
 * Signing in through OpenID Connect: authorization code with PKCE, state and nonce; the ID token's signature is checked.
 * Both steps are answered with a redirect, also when they fail: to `/sign-in?error=<OidcProblem>`.
 */
export class OidcSignIn {
  readonly #parts: OidcParts;
  readonly #flow: SealedCookie<OidcFlow>;
  #known: { readonly key: string; readonly config: client.Configuration; readonly untilMs: number } | undefined;

  constructor(parts: OidcParts) {
    this.#parts = parts;
    this.#flow = oidcFlowCookie(parts.tokenKey, parts.clock, parts.publicUrl);
  }

  /**
   * `GET /auth/oidc/start?return_to=/apps`.
   *
   * @returns where to send the browser
   */
  start(query: URLSearchParams, context: RequestContext): Promise<string> {
    return this.#orProblem(context, async () => {
      const { settings, config } = await this.#provider();
      const codeVerifier = client.randomPKCECodeVerifier();
      const state = client.randomState();
      const nonce = client.randomNonce();
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUriOf(this.#parts.publicUrl),
        scope: 'openid email profile',
        code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      this.#checkAuthorizationUrl(url);
      const returnTo = safeReturnTo(query.get('return_to'));
      const cookie = await this.#flow.set({ state, nonce, codeVerifier, issuer: settings.issuer, returnTo });
      context.setCookie?.(cookie);
      return url.href;
    });
  }

  /**
   * `GET /auth/oidc/callback`: where the provider sends the browser back to.
   *
   * @returns where to send the browser
   */
  callback(request: IncomingRequest, query: URLSearchParams, context: RequestContext): Promise<string> {
    return this.#orProblem(context, async () => {
      const flow = await this.#flow.read(request);
      context.setCookie?.(this.#flow.clear());
      if (flow === undefined || query.get('state') !== flow.state) throw new Refusal('expired');
      const provider = await this.#provider();
      if (provider.settings.issuer !== flow.issuer) throw new Refusal('expired');
      const url = new URL(redirectUriOf(this.#parts.publicUrl));
      url.search = query.toString();
      const claims = await readClaims(provider, url, flow);
      await this.#open(provider.settings, claims, context);
      return flow.returnTo;
    });
  }

  async #provider(): Promise<Provider> {
    const { store, box, clock, allowPrivate } = this.#parts;
    const settings = await readSetting(store.db, oidcSetting);
    if (settings === null) throw new Refusal('not_set_up');
    const secret = await readSecret(store.db, box, oidcSecret.owner, oidcSecret.name);
    const key = JSON.stringify([settings.issuer, settings.clientId, secret]);
    const now = clock.now();
    if (this.#known?.key === key && now < this.#known.untilMs) return { settings, config: this.#known.config };
    try {
      checkIssuer(settings.issuer, { allowPrivate });
      const config = await client.discovery(
        new URL(settings.issuer),
        settings.clientId,
        undefined,
        secret === undefined ? client.None() : withSecret(secret),
        {
          [client.customFetch]: guardedFetch({ allowPrivate }),
          timeout: TIMEOUT_S,
          execute: [
            client.enableNonRepudiationChecks,
            ...(settings.issuer.startsWith('http:') ? [client.allowInsecureRequests] : []),
          ],
        },
      );
      this.#known = { key, config, untilMs: now + DISCOVERY_LIFE_MS };
      return { settings, config };
    } catch (cause) {
      throw new Refusal('provider_unreachable', cause);
    }
  }

  /** The provider's description says where the browser goes: a page of the web, never a script. */
  #checkAuthorizationUrl({ href, protocol }: URL): void {
    const isInsecureHere = protocol === 'http:' && this.#parts.allowPrivate;
    if (protocol !== 'https:' && !isInsecureHere)
      throw new Refusal('provider_unreachable', `it sends people to ${href}`);
  }

  async #open(settings: OidcSettings, { email, name }: VerifiedClaims, context: RequestContext): Promise<void> {
    const { store, clock, audit, signIn, peopleChanged } = this.#parts;
    const isNew = await store.transaction(async (trx) => {
      await store.lock(trx, 'people');
      const known = await findPersonByEmail(trx, email);
      let person = known;
      if (person === undefined) {
        if (!settings.createPeople) throw new Refusal('not_in_directory');
        person = await insertPerson(trx, clock.now(), { email, displayName: name, origin: 'OIDC', roles: basicRoles });
        await audit.append(trx, context, {
          action: 'person.created',
          target: asTarget(person),
          after: { email: person.email, origin: 'OIDC', roles: basicRoles },
        });
      }
      if (person.status !== 'ENABLED') throw new Refusal('disabled');
      await signIn.open(trx, person, context, 'OpenID Connect');
      return known === undefined;
    });
    if (isNew) peopleChanged();
  }

  async #orProblem(context: RequestContext, work: () => Promise<string>): Promise<string> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { store, audit, report } = this.#parts;
      report?.(error.problem, error.cause);
      await store.transaction((trx) =>
        audit.append(trx, context, {
          action: 'session.refused',
          after: { by: 'OpenID Connect', reason: error.problem },
        }),
      );
      return `/sign-in?error=${error.problem}`;
    }
  }
}

/** In the header, as providers expect that say nothing else (RFC 8414 §2), or in the body. */
function withSecret(secret: string): client.ClientAuth {
  return (server, ...request) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const authenticate = methods.includes('client_secret_basic') ? client.ClientSecretBasic : client.ClientSecretPost;
    authenticate(secret)(server, ...request);
  };
}

interface VerifiedClaims {
  readonly email: string;
  readonly name: string;
}

async function readClaims(
  { config }: Provider,
  url: URL,
  flow: { readonly state: string; readonly nonce: string; readonly codeVerifier: string },
): Promise<VerifiedClaims> {
  let claims: Readonly<Record<string, unknown>>;
  try {
    const tokens = await client.authorizationCodeGrant(config, url, {
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      pkceCodeVerifier: flow.codeVerifier,
      idTokenExpected: true,
    });
    claims = { ...tokens.claims() };
    // Many providers put no more than the subject into the ID token.
    if (claims['email'] === undefined && config.serverMetadata().userinfo_endpoint !== undefined) {
      const more = await client.fetchUserInfo(config, tokens.access_token, String(claims['sub']));
      claims = { ...more, ...claims };
    }
  } catch (cause) {
    if (cause instanceof client.AuthorizationResponseError) throw new Refusal('cancelled', cause);
    throw new Refusal(isUnreachable(cause) ? 'provider_unreachable' : 'not_trusted', cause);
  }
  const { email, email_verified: verified, name } = claims;
  if (typeof email !== 'string' || email.length > 320 || !email.includes('@')) throw new Refusal('email_not_verified');
  // Some providers write it as text.
  if (verified !== true && verified !== 'true') throw new Refusal('email_not_verified');
  const displayName = typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, 200) : email;
  return { email, name: displayName };
}

function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  if (BatonError.is(error) || code === 'OAUTH_TIMEOUT' || (typeof code === 'string' && /^E(?!RR_)[A-Z_]+$/.test(code)))
    return true;
  return isUnreachable(error.cause);
}
