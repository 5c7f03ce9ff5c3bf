import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Settings } from '../cli/settings.ts';

/** What asks for one thing and an end; a service that did it, or ignored it, would surprise (`cli.md §E`). */
const oneShot = [
  'grant-entitlement',
  'grant-principal',
  'grant-principal-type',
  'revoke-grant',
  'create-account-login',
  'create-account-email',
  'create-account-profile',
  'create-account-resource-type',
  'delete-resource',
  'delete-resource-type',
  'rotate-credentials',
  'rotate-credentials-type',
  'invoke-action',
  'invoke-action-args',
  'invoke-action-resource-type',
  'list-action-schemas',
  'list-action-schemas-resource-type',
  'dry-run',
  'skip-grants',
] as const;
/** Set for one-shot runs in many places, and of no effect on tasks (`service-protocol.md §1`). */
const withoutEffect = ['file', 'output', 'sync-resources', 'skip-entitlements-and-grants'] as const;

/**
 * Refuses settings that do not go with service mode.
 *
 * @returns warnings for those that have no effect
 */
export function checkServiceSettings(settings: Settings): string[] {
  const set = (names: readonly string[]): string[] =>
    names.flatMap((name) => {
      const isSet = settings.string(name) !== '' || settings.bool(name) || settings.strings(name).length > 0;
      return isSet ? (settings.source(name) ?? []) : [];
    });
  const [id, secret] = [settings.source('client-id'), settings.source('client-secret')];
  if (settings.string('client-secret') === '') {
    throw new BatonError(
      Code.Unknown,
      `${id} is set, but no client secret: give --client-secret or set BATON_CLIENT_SECRET as well`,
    );
  }
  if (settings.string('client-id') === '') {
    throw new BatonError(
      Code.Unknown,
      `${secret} is set, but no client id: give --client-id or set BATON_CLIENT_ID as well`,
    );
  }
  const [refused] = set(oneShot);
  if (refused !== undefined) {
    throw new BatonError(
      Code.Unknown,
      `${refused} asks for a single run, and ${id} for a service that runs until it is stopped. Unset one of them`,
    );
  }
  const warnings = set(withoutEffect).map((source) => `${source} has no effect in service mode`);
  if (settings.bool('keep-previous-sync-c1z')) {
    warnings.push(
      `${settings.source('keep-previous-sync-c1z')} has no effect: this connector makes no use of the previous file`,
    );
  }
  return warnings;
}
