import {
  BatonError,
  Code,
  grant,
  grantImmutable,
  grantMetadata,
  type Page,
  type ResourceTypePart,
  resourceId,
  userResource,
} from '@baton-ts/connector-sdk';
import { type Grant, type Resource, UserTrait_AccountType } from '@baton-ts/protocol/connector-v2';
import type { JsonObject } from '@bufbuild/protobuf';
import type { TeammateFacts } from './facts.ts';
import { subuserType, teammateType } from './resource-types.ts';
import { ownerIsFixed, roles } from './roles.ts';
import { isAutomaticFor, type ScopeModels } from './scopes.ts';
import type { Source, SourceRequest } from './source.ts';
import type { SubuserModels } from './subusers.ts';
import { isOwner, isPrivileged, type TeammateDirectory } from './teammate-directory.ts';

/** Teammates per page of the sync: small, so that little has to be asked again after an interruption. */
const sliceSize = 50;

export interface TeammatePartOptions {
  readonly source: Source;
  readonly directory: TeammateDirectory;
  readonly scopes: ScopeModels;
  readonly subusers: SubuserModels;
}

export function teammatePart(options: TeammatePartOptions): ResourceTypePart {
  const { directory } = options;
  return {
    type: teammateType,
    permissions: ['teammates.read'],
    async list({ parent, ...request }) {
      if (parent === undefined) return listAccount(directory, request);
      const locals = await directory.localTeammates(parent.resource, request);
      return { items: locals.map(teammateResource) };
    },
    async get({ id, parent, ...request }) {
      if (parent === undefined) {
        const facts = await directory.find(id.resource, request);
        return facts && teammateResource(facts);
      }
      const locals = await directory.localTeammates(parent.resource, request);
      const facts = locals.find(({ person }) => person.username === id.resource);
      return facts && teammateResource(facts);
    },
    grants: ({ resource, ...request }) => grantsOf(resource, options, request),
  };
}

/** A page token is `<offset of SendGrid's page>:<where the slice starts in it>`. */
async function listAccount(
  directory: TeammateDirectory,
  request: SourceRequest & { readonly pageToken: string },
): Promise<Page<Resource>> {
  const [offset = 0, start = 0] = request.pageToken === '' ? [] : request.pageToken.split(':').map(Number);
  const page = await directory.page(offset, request);
  const end = start + sliceSize;
  const asked = page.items.slice(start, end).map((person) => directory.factsOf(person, request));
  directory.prepare(page.items.slice(end, end + sliceSize), request);
  const facts = await Promise.all(asked);
  const items = facts.filter((one) => one !== undefined).map(teammateResource);
  if (end < page.items.length) return { items, nextPageToken: `${offset}:${end}` };
  if (page.nextOffset !== null) return { items, nextPageToken: `${page.nextOffset}:0` };
  // The scopes are listed after this: they must know the whole catalogue.
  await directory.accountCatalogue(request);
  return { items };
}

export function teammateResource({ person, home }: Pick<TeammateFacts, 'person' | 'home'>): Resource {
  const { username, email, first_name, last_name } = person;
  const name = `${first_name} ${last_name}`.trim();
  return userResource(
    {
      type: teammateType,
      id: username,
      displayName: name || email || username,
      ...(home && { parent: resourceId(subuserType, home.id) }),
      profile: profileOf({ person, home }),
      // SendGrid cannot disable a teammate: whoever is listed can sign in (`sendgrid-api.md §4.1`).
      status: { status: 'enabled' },
    },
    {
      accountType: UserTrait_AccountType.HUMAN,
      login: username,
      emails: email === '' ? [] : [{ address: email, isPrimary: true }],
      ...(name !== '' && { structuredName: { givenName: first_name, familyName: last_name } }),
      ...(typeof person.is_sso === 'boolean' && { ssoStatus: { ssoEnabled: person.is_sso } }),
    },
  );
}

/** What SendGrid says, and nothing that it leaves out: an absent flag is unknown, not false. */
function profileOf({ person, home }: Pick<TeammateFacts, 'person' | 'home'>): JsonObject {
  const { username, email, user_type, is_admin, is_sso, is_unified, is_partner_sso, is_read_only } = person;
  const texts = {
    first_name: person.first_name,
    last_name: person.last_name,
    user_type,
    company: person.company,
    country: person.country,
    phone: person.phone,
    website: person.website,
  };
  const flags = { is_sso, is_unified, is_partner_sso, is_read_only };
  const profile: JsonObject = { username, email, is_admin };
  for (const [key, value] of Object.entries(texts)) if (value !== '') profile[key] = value;
  for (const [key, value] of Object.entries(flags)) if (typeof value === 'boolean') profile[key] = value;
  if (home) Object.assign(profile, { subuser: home.username, subuser_id: home.id });
  return profile;
}

async function grantsOf(
  principal: Resource,
  { source, directory, scopes, subusers }: TeammatePartOptions,
  request: SourceRequest,
): Promise<Page<Grant>> {
  const username = principal.id?.resource ?? '';
  const facts = directory.known(username, request);
  if (facts === undefined) {
    throw new BatonError(
      Code.Internal,
      `Nothing is known about the access of the teammate ${JSON.stringify(username)}, although it was listed. Start a new sync.`,
    );
  }
  const { person, home, access, adminOf } = facts;
  if (home === null && isPrivileged(person)) {
    if (!isOwner(person)) return { items: [grant(roles.admin.assigned, principal)] };
    return { items: [grant(roles.owner.assigned, principal, { annotations: [grantImmutable(ownerIsFixed)] })] };
  }
  const items: Grant[] = [];
  const fixed = whyAccessIsFixed(facts);
  const onSubuser = async (id: string, level: 'admin' | 'restricted', metadata?: JsonObject) => {
    const model = await subusers.find(id, request);
    const annotations = [
      ...(metadata ? [grantMetadata(metadata)] : []),
      ...(fixed === undefined ? [] : [grantImmutable({ reason: fixed })]),
    ];
    if (model) items.push(grant(model[level], principal, { annotations }));
    else if (source.subusersRefused(request)) {
      source.warnOnce(
        'Teammates who are restricted to subusers are shown without that access: SendGrid does not tell which subusers there are.',
      );
    } else {
      source.warnOnce(
        `The access of the teammate ${JSON.stringify(username)} to the subuser ${id} is left out: the subuser is not in SendGrid's list. Run again if it is new.`,
      );
    }
  };
  for (const id of adminOf) await onSubuser(id, 'admin');
  // A restricted teammate holds nothing in the account itself, whatever the detail call lists (`sendgrid-api.md §4.6`).
  for (const { id, permission_type, scopes: names } of access ?? []) {
    const metadata = permission_type === 'restricted' ? { scopes: [...new Set(names)].sort() } : undefined;
    await onSubuser(id, permission_type, metadata);
  }
  if (access !== null) return { items };
  for (const name of new Set(facts.scopes)) {
    const annotations = [
      ...(home ? [grantMetadata({ subuser: home.username, subuser_id: home.id })] : []),
      ...(isAutomaticFor(person, name) ? [grantImmutable({ reason: 'SendGrid assigns this scope by itself' })] : []),
    ];
    items.push(grant(scopes.of(name).assigned, principal, { annotations }));
  }
  return { items };
}

/** SendGrid's API changes access to subusers for SSO teammates of the account only (`sendgrid-api.md §5`). */
function whyAccessIsFixed({ person, home }: TeammateFacts): string | undefined {
  if (home !== null) return 'The teammate exists only in the subuser, where the API cannot change this';
  if (person.is_sso === false) return 'SendGrid changes access to subusers through the API for SSO teammates only';
  return undefined;
}
