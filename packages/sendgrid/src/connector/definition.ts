import type { Connector, ConnectorDefinition, DeleteRequest, HttpClient } from '@baton-ts/connector-sdk';
import { BatonError, Code, Secret, silentLogger } from '@baton-ts/connector-sdk';
import { SendGridClient } from '../api/client.ts';
import { apiKeyPart } from './api-keys.ts';
import { invitationPart } from './invitations.ts';
import { sendgridOutline } from './outline.ts';
import { AdminRole, type AdminRoleOptions } from './provision/admin-role.ts';
import { accountPart } from './provision/create-account.ts';
import { deleteKey } from './provision/delete-api-key.ts';
import { deleteInvitation } from './provision/delete-invitation.ts';
import { deleteTeammate } from './provision/delete-teammate.ts';
import { AdminLoss, type AdminLossOptions } from './provision/last-admin.ts';
import { resendAction } from './provision/resend-invitation.ts';
import { grantScope, revokeScope } from './provision/scope-grants.ts';
import { grantSubuserAccess, revokeSubuserAccess } from './provision/subuser-access.ts';
import { subuserActions } from './provision/subuser-actions.ts';
import { rolePart } from './roles.ts';
import { isAutomatic, ScopeModels, scopePart } from './scopes.ts';
import { Source } from './source.ts';
import { SubuserModels, subuserPart } from './subusers.ts';
import { TeammateDirectory } from './teammate-directory.ts';
import { teammatePart } from './teammates.ts';
import { type ValidationOptions, validate } from './validate.ts';

/** The SendGrid connector: its outline, and the parts that know SendGrid. */
export const sendgridConnector: ConnectorDefinition<typeof sendgridOutline.fields> = {
  ...sendgridOutline,

  open(config, context) {
    const apiKey = config['sendgrid-api-key'];
    const client = new SendGridClient({
      apiKey,
      region: config['sendgrid-region'] === 'eu' ? 'eu' : 'global',
      baseUrl: baseUrlOf(config['sendgrid-base-url']),
      createHttpClient: (options) => context.createHttpClient(options),
    });
    const ignoreSubusers = config['ignore-subusers'];
    return assemble(new Source({ client, logger: context.logger, ignoreSubusers }), {
      provisioning: context.provisioning,
      ignoreSubusers,
      syncApiKeys: config['sync-api-keys'],
      apiKeyProblem: keyProblem(apiKey),
      ownKeyId: keyIdOf(apiKey),
      demoteScopes: demoteScopesOf(config['admin-demote-scopes']),
      allowLastAdmin: config['allow-last-admin'],
    });
  },

  openForCapabilities() {
    const client = new SendGridClient({
      apiKey: new Secret(''),
      region: 'global',
      baseUrl: '',
      createHttpClient: refuse,
    });
    const source = new Source({ client, logger: silentLogger, ignoreSubusers: false });
    return assemble(source, {
      provisioning: false,
      ignoreSubusers: false,
      syncApiKeys: true,
      apiKeyProblem: undefined,
      ownKeyId: '',
      demoteScopes: [],
      allowLastAdmin: false,
    });
  },
};

interface Options
  extends Omit<ValidationOptions, 'source'>,
    Omit<AdminRoleOptions, 'source' | 'losses'>,
    Omit<AdminLossOptions, 'source'> {
  /** Of the key that the connector uses. */
  readonly ownKeyId: string;
}

function assemble(source: Source, options: Options): Connector {
  const directory = new TeammateDirectory(source);
  const losses = new AdminLoss({ ...options, source });
  const adminRole = new AdminRole({ ...options, source, losses });
  const scopes = new ScopeModels();
  const subusers = new SubuserModels(source);
  return {
    resourceTypes: [
      {
        ...teammatePart({ source, directory, scopes, subusers }),
        delete: (request) => deleteTeammate(source, losses, request),
      },
      {
        ...invitationPart(source),
        accounts: accountPart(source),
        delete: (request) => deleteInvitation(source, request),
      },
      {
        ...subuserPart(subusers),
        grant: (request) => grantSubuserAccess(source, request),
        revoke: (request) => revokeSubuserAccess(source, request),
      },
      {
        ...rolePart(directory, scopes),
        grant: (request) => adminRole.grant(request),
        revoke: (request) => adminRole.revoke(request),
      },
      {
        ...scopePart(source, directory, scopes),
        grant: (request) => grantScope(source, request),
        revoke: (request) => revokeScope(source, request),
      },
      ...(options.syncApiKeys
        ? [{ ...apiKeyPart(source), delete: (request: DeleteRequest) => deleteKey(source, options.ownKeyId, request) }]
        : []),
    ],
    actions: [resendAction(source), ...subuserActions(source)],
    validate: (request) => validate({ ...options, source }, request),
    close: () => source.client.close(),
  };
}

/** What is left of an admin: at least one scope, and none that SendGrid would refuse. */
function demoteScopesOf(scopes: readonly string[]): readonly string[] {
  const automatic = scopes.filter(isAutomatic);
  if (scopes.length > 0 && automatic.length === 0) return [...new Set(scopes)].sort();
  const problem =
    automatic.length > 0 ? `SendGrid assigns ${automatic.join(', ')} by itself` : 'SendGrid takes no empty list';
  throw new BatonError(
    Code.InvalidArgument,
    `--admin-demote-scopes must name scopes that can be given, for example user.profile.read: ${problem}.`,
  );
}

/** A key is `SG.<id>.<secret>`; empty for what does not look like one. */
function keyIdOf(key: Secret): string {
  return /^SG\.([^.]+)\./.exec(key.reveal())?.[1] ?? '';
}

/** What is wrong with a key before SendGrid is asked. */
function keyProblem(key: Secret): string | undefined {
  if (key.isEmpty) return 'No SendGrid API key is given.';
  if (/^[\x21-\x7e]+$/.test(key.reveal())) return undefined;
  return 'The SendGrid API key holds a space, a line break or another character that no key has; it may have been copied wrong.';
}

function baseUrlOf(value: string): string {
  if (value === '') return '';
  const url = URL.parse(value);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new BatonError(
      Code.InvalidArgument,
      `--sendgrid-base-url must be an address like http://127.0.0.1:8080, not ${JSON.stringify(value)}.`,
    );
  }
  return value.replace(/\/+$/, '');
}

function refuse(): HttpClient {
  throw new BatonError(Code.Internal, 'The connector was opened to describe itself, so it makes no calls.');
}
