import type { Connector, ConnectorDefinition, HttpClient } from '@baton-ts/connector-sdk';
import { BatonError, Code, Secret, silentLogger } from '@baton-ts/connector-sdk';
import { SendGridClient } from '../api/client.ts';
import { apiKeyPart } from './api-keys.ts';
import { invitationPart } from './invitations.ts';
import { sendgridOutline } from './outline.ts';
import { accountPart } from './provision/create-account.ts';
import { rolePart } from './roles.ts';
import { ScopeModels, scopePart } from './scopes.ts';
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
    });
  },
};

function assemble(source: Source, options: Omit<ValidationOptions, 'source'>): Connector {
  const directory = new TeammateDirectory(source);
  const scopes = new ScopeModels();
  const subusers = new SubuserModels(source);
  return {
    resourceTypes: [
      teammatePart({ source, directory, scopes, subusers }),
      { ...invitationPart(source), accounts: accountPart(source) },
      subuserPart(subusers),
      rolePart(directory, scopes),
      scopePart(source, directory, scopes),
      ...(options.syncApiKeys ? [apiKeyPart(source)] : []),
    ],
    validate: (request) => validate({ ...options, source }, request),
    close: () => source.client.close(),
  };
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
