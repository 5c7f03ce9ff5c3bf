import type { AssertionStore } from '@baton-ts/c1-server';
import type { AuditLog } from '../audit/audit-log.ts';
import { AccessTokens } from '../auth/api-keys/access-tokens.ts';
import { ApiKeys } from '../auth/api-keys/api-keys.ts';
import { tokenEndpoint } from '../auth/api-keys/token-endpoint.ts';
import { Authentication } from '../auth/authentication.ts';
import { FirstStart } from '../auth/first-start.ts';
import { oidcSettingsRoutes } from '../auth/oidc/oidc-settings-routes.ts';
import { type OidcParts, OidcSignIn } from '../auth/oidc/oidc-sign-in.ts';
import { type PasswordCost, PasswordHashes } from '../auth/password-hashes.ts';
import { SignIn } from '../auth/sign-in.ts';
import { TokenKey } from '../auth/token-key.ts';
import type { Clock } from '../clock.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { SecretBox } from '../settings/secret-box.ts';
import type { Store } from '../store/store.ts';
import { Directory } from './directory.ts';
import { Invitations } from './invitations.ts';
import { peopleRoutes } from './people-routes.ts';
import { SessionList } from './session-list.ts';

export interface PeopleParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly box: SecretBox;
  readonly mailer: Mailer;
  /** Where browsers reach the console. */
  readonly publicUrl: URL;
  /** Somebody has come, or what accounts are matched by has changed. */
  readonly peopleChanged: () => void;
  /** The organization's name, for the profile menu and mails. */
  readonly instanceName: () => Promise<string>;
  /** Of the protocol server's store. */
  readonly nonces: Pick<AssertionStore, 'rememberNonce'>;
  /** `BATON_CONSOLE_ALLOW_PRIVATE_ISSUER`. */
  readonly allowPrivateIssuer: boolean;
  readonly reportSignInProblem?: NonNullable<OidcParts['report']>;
  /** Default: `defaultCost`. */
  readonly passwordCost?: PasswordCost;
}

/** People and sign-in, put together. */
export function peopleServices(parts: PeopleParts) {
  const { store, clock, audit, box, instanceName, nonces, peopleChanged } = parts;
  const tokenKey = new TokenKey(store, box, clock);
  const signIn = new SignIn({ ...parts, tokenKey, hashes: new PasswordHashes(parts.passwordCost) });
  const firstStart = new FirstStart({ ...parts, signIn });
  const invitations = new Invitations({ ...parts, signIn });
  const apiKeys = new ApiKeys(parts);
  const directory = new Directory({ ...parts, sessions: signIn.sessions, apiKeys, invitations });
  const sessionList = new SessionList({ ...parts, sessions: signIn.sessions });
  const accessTokens = new AccessTokens(tokenKey, apiKeys, clock);
  const report = parts.reportSignInProblem;
  const oidc = new OidcSignIn({
    ...parts,
    tokenKey,
    signIn,
    allowPrivate: parts.allowPrivateIssuer,
    ...(report === undefined ? {} : { report }),
  });
  return {
    authentication: new Authentication(signIn, accessTokens),
    firstStart,
    oidc,
    answerTokenRequest: tokenEndpoint({ clock, apiKeys, accessTokens, nonces }),
    /** Also those of Settings > Single sign-on. */
    routes: {
      ...peopleRoutes({
        store,
        clock,
        audit,
        signIn,
        firstStart,
        invitations,
        directory,
        sessionList,
        apiKeys,
        instanceName,
        peopleChanged,
      }),
      ...oidcSettingsRoutes(parts),
    },
  };
}
