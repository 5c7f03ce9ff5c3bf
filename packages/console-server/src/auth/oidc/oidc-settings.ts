import { isIP } from 'node:net';
import { oidcSettings } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { z } from 'zod';
import { isMetadataAddress, isPrivateAddress } from '../../domain/private-address.ts';
import type { Setting } from '../../settings/settings.ts';

export type OidcSettings = z.infer<typeof oidcSettings>;

export const oidcSetting: Setting<OidcSettings | null> = {
  name: 'oidc',
  schema: oidcSettings.nullable(),
  initial: null,
};

/** Where the client secret is among the sealed secrets. */
export const oidcSecret = { owner: 'oidc', name: 'client_secret' } as const;

export const OIDC_START_PATH = '/auth/oidc/start';
export const OIDC_CALLBACK_PATH = '/auth/oidc/callback';

/** What has to be registered with the provider. */
export function redirectUriOf(publicUrl: URL): string {
  return new URL(OIDC_CALLBACK_PATH, publicUrl).href;
}

/**
 * Whether an issuer may be used at all. Where its name leads is checked when it is connected to.
 *
 * @throws BatonError `InvalidArgument`
 */
export function checkIssuer(issuer: string, { allowPrivate }: { readonly allowPrivate: boolean }): void {
  const { protocol, hostname, username, password, search, hash } = new URL(issuer);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isHere = host === 'localhost' || host.endsWith('.localhost') || host === '127.0.0.1' || host === '::1';
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere)) {
    throw new BatonError(Code.InvalidArgument, `The issuer ${issuer} has to begin with https://.`);
  }
  if (username !== '' || password !== '' || search !== '' || hash !== '') {
    throw new BatonError(Code.InvalidArgument, 'The issuer has to be an address without a name, a password, ? or #.');
  }
  if (isMetadataAddress(host)) {
    throw new BatonError(
      Code.InvalidArgument,
      `The issuer ${issuer} is an address at which a cloud tells its machines secrets. No sign-in provider is there.`,
    );
  }
  if (!allowPrivate && (isHere || (isIP(host) !== 0 && isPrivateAddress(host)))) {
    throw new BatonError(
      Code.InvalidArgument,
      `The issuer ${issuer} is inside this network. If it is meant to be there, set BATON_CONSOLE_ALLOW_PRIVATE_ISSUER=true and start the console again.`,
    );
  }
}
