import type { EndpointResponse } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { AuditLog } from '../../audit/audit-log.ts';
import { changedFields } from '../../audit/changes.ts';
import type { Clock } from '../../clock.ts';
import type { Routes } from '../../http/route.ts';
import type { SecretBox } from '../../settings/secret-box.ts';
import { deleteSecrets, readSecret, saveSecret } from '../../settings/secrets.ts';
import { readSetting, writeSetting } from '../../settings/settings.ts';
import type { Db, Store } from '../../store/store.ts';
import { checkIssuer, oidcSecret, oidcSetting, redirectUriOf } from './oidc-settings.ts';

export interface OidcSettingsParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly box: SecretBox;
  readonly publicUrl: URL;
  /** `BATON_CONSOLE_ALLOW_PRIVATE_ISSUER`. */
  readonly allowPrivateIssuer: boolean;
}

/** Settings > Single sign-on. The client secret is taken and never given back. */
export function oidcSettingsRoutes({ store, clock, audit, box, publicUrl, allowPrivateIssuer }: OidcSettingsParts) {
  const savedSecret = (db: Db) => readSecret(db, box, oidcSecret.owner, oidcSecret.name);
  const show = async (): Promise<EndpointResponse<'GET /api/v1/settings/oidc'>> => ({
    oidc: await readSetting(store.db, oidcSetting),
    secretSaved: (await savedSecret(store.db)) !== undefined,
    redirectUri: redirectUriOf(publicUrl),
  });
  return {
    'GET /api/v1/settings/oidc': { access: ['settings.read'], handle: show },
    'POST /api/v1/settings/oidc': {
      access: ['settings.manage'],
      async handle({ body: { oidc, clientSecret } }, context) {
        if (oidc !== null) checkIssuer(oidc.issuer, { allowPrivate: allowPrivateIssuer });
        await store.transaction(async (trx) => {
          await store.lock(trx, 'setting oidc');
          const before = await readSetting(trx, oidcSetting);
          const secretBefore = await savedSecret(trx);
          // A secret is for the provider that gave it: another one must not be sent it.
          if (
            secretBefore !== undefined &&
            clientSecret === undefined &&
            oidc !== null &&
            oidc.issuer !== before?.issuer
          ) {
            throw new BatonError(
              Code.InvalidArgument,
              'The saved secret is for the provider before. Enter the secret of this one; leave it empty if it has none.',
            );
          }
          await writeSetting(trx, oidcSetting, oidc, clock.now());
          const secretAfter = oidc === null ? '' : (clientSecret ?? secretBefore ?? '');
          if (secretAfter === '') await deleteSecrets(trx, oidcSecret.owner);
          else if (clientSecret !== undefined) {
            const savedBy = context.actor.id;
            await saveSecret(trx, box, { ...oidcSecret, value: clientSecret, savedBy, nowMs: clock.now() });
          }
          const changed = changedFields(
            { ...before, clientSecret: secretBefore ?? '' },
            { ...oidc, clientSecret: secretAfter },
            ['clientSecret'],
          );
          if (changed !== undefined) await audit.append(trx, context, { action: 'settings.oidc_changed', ...changed });
        });
        return show();
      },
    },
  } satisfies Routes;
}
