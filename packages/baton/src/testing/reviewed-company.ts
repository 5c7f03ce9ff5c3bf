import { openC1z, type SyncType } from '@baton-ts/c1z';
import { packAny } from '@baton-ts/protocol/annotations';
import {
  type Entitlement,
  EntitlementSchema,
  GrantSchema,
  type Resource,
  ResourceSchema,
  ResourceType_Trait,
  ResourceTypeSchema,
  RoleTraitSchema,
  Status_ResourceStatus,
  UserTrait_AccountType,
  UserTraitSchema,
} from '@baton-ts/protocol/connector-v2';
import { create, type JsonObject } from '@bufbuild/protobuf';

// One of everything that a reviewer asks about, as the connector of SendGrid would bring it.

interface AccountParts {
  readonly accountType?: UserTrait_AccountType;
  readonly details?: string;
  readonly type?: string;
}

function account(id: string, displayName: string, email: string, parts: AccountParts = {}): Resource {
  const { accountType = UserTrait_AccountType.HUMAN, details = '', type = 'teammate' } = parts;
  const emails = email === '' ? [] : [{ address: email, isPrimary: true }];
  return create(ResourceSchema, {
    id: { resourceType: type, resource: id },
    displayName,
    status: { status: Status_ResourceStatus.ENABLED, details },
    annotations: [packAny(UserTraitSchema, { accountType, login: id, emails })],
  });
}

function permission(type: string, id: string, displayName: string, profile: JsonObject = {}): Resource {
  const annotations = [packAny(RoleTraitSchema, {})];
  return create(ResourceSchema, { id: { resourceType: type, resource: id }, displayName, profile, annotations });
}

function entitlement(on: Resource, slug: string): Entitlement {
  return create(EntitlementSchema, {
    id: `${on.id?.resourceType}:${on.id?.resource}:${slug}`,
    resource: on,
    displayName: `${on.displayName} ${slug}`,
    slug,
  });
}

function grant(on: Entitlement, principal: Resource) {
  return create(GrantSchema, {
    id: `${on.id}:${principal.id?.resourceType}:${principal.id?.resource}`,
    entitlement: on,
    principal,
  });
}

const ann = account('ann', 'Ann Lee', 'ann@acme.example');
const ben = account('ben', 'Ben Okafor', 'ben@acme.example');
const eve = account('eve', 'Eve Noor', 'eve@partner.example');
const mailer = account('mailer', 'Nightly mailer', '', { accountType: UserTrait_AccountType.SERVICE });
const invitations = [
  account('token-of-new', 'new@acme.example', 'new@acme.example', {
    type: 'invitation',
    details: 'invited, expires 2030-01-01',
  }),
  account('token-of-old', 'old@partner.example', 'old@partner.example', {
    type: 'invitation',
    details: 'invitation expired',
  }),
];
const adminRole = permission('role', 'admin', 'Administrator');
const subuser = create(ResourceSchema, {
  id: { resourceType: 'subuser', resource: 'marketing' },
  displayName: 'Marketing',
  status: { status: Status_ResourceStatus.DISABLED },
});
const scopes = [
  permission('scope', 'api_keys.create', 'Create API keys', { risk: 'critical', known: true }),
  permission('scope', 'mail.send', 'Send mail', { risk: 'high', known: true }),
  permission('scope', 'stats.read', 'Read statistics', { risk: 'low', known: true }),
  permission('scope', 'billing.update', 'Change billing', { risk: 'critical', known: true }),
  permission('scope', 'teleport.create', 'teleport.create', { known: false }),
];
const [createKeys, sendMail, readStats, billing, teleport] = scopes.map((scope) => entitlement(scope, 'assigned'));
const admin = entitlement(adminRole, 'assigned');
const subuserAccess = entitlement(subuser, 'access');

/** What the file holds of each thing, for a test to hold the page against. */
export const reviewed = { subuser: 'marketing', unknownScope: 'teleport.create', unheldScope: 'billing.update' };

/** Adds a sync of the company. */
export async function addReviewedSync(
  path: string,
  parts: { readonly syncType?: SyncType; readonly isFinished?: boolean; readonly hasEve?: boolean } = {},
): Promise<string> {
  const { syncType = 'full', isFinished = true, hasEve = true } = parts;
  const store = await openC1z(path);
  const sync = store.startSync({ syncType });
  sync.putResourceTypes([
    create(ResourceTypeSchema, { id: 'teammate', displayName: 'Teammate', traits: [ResourceType_Trait.USER] }),
    create(ResourceTypeSchema, { id: 'invitation', displayName: 'Invitation', traits: [ResourceType_Trait.USER] }),
    create(ResourceTypeSchema, { id: 'role', displayName: 'Role', traits: [ResourceType_Trait.ROLE] }),
    create(ResourceTypeSchema, { id: 'scope', displayName: 'Scope', traits: [ResourceType_Trait.ROLE] }),
    create(ResourceTypeSchema, { id: 'subuser', displayName: 'Subuser' }),
  ]);
  const people = hasEve ? [ann, ben, eve, mailer] : [ann, ben, mailer];
  sync.putResources([...people, ...invitations, adminRole, subuser, ...scopes]);
  const all = [admin, subuserAccess, createKeys, sendMail, readStats, billing, teleport].flatMap((one) => one ?? []);
  sync.putEntitlements(all);
  const held: readonly (readonly [Entitlement | undefined, Resource])[] = [
    [admin, ann],
    [createKeys, ann],
    [sendMail, ann],
    [sendMail, mailer],
    [subuserAccess, ben],
    [readStats, ben],
    [teleport, ben],
    ...(hasEve ? ([[sendMail, eve]] as const) : []),
  ];
  sync.putGrants(held.flatMap(([on, principal]) => (on === undefined ? [] : [grant(on, principal)])));
  sync.checkpoint('{"version":1}');
  if (isFinished) await store.finishSync(sync, { syncToken: '{"version":1}' });
  await store.close();
  return sync.run.syncId;
}
