import { findAnnotation, hasAnnotation } from '@baton-ts/protocol/annotations';
import {
  type Entitlement,
  Entitlement_PurposeValue,
  EntitlementImmutableSchema,
  GroupTraitSchema,
  type Resource,
  type ResourceType,
  ResourceType_Trait,
  RoleTraitSchema,
  Status_ResourceStatus,
  UserTrait_AccountType,
  type UserTrait_Status_Status,
  UserTraitSchema,
} from '@baton-ts/protocol/connector-v2';
import { connectorRisk } from '../domain/risk.ts';
import type { Tables } from '../store/tables.ts';

type Profile = Readonly<Record<string, unknown>>;

/** What a connector says of a resource, as the columns of `resources` hold it. */
export type SaidOfResource = Pick<
  Tables['resources'],
  'display_name' | 'description' | 'status' | 'status_details' | 'profile'
>;

/** What it says of an account beyond that. */
export interface SaidOfAccount {
  readonly email: string;
  readonly username: string;
  readonly keys: MatchKeys;
  readonly status: Tables['accounts']['status'];
  readonly type: Tables['accounts']['type'];
}

/** What an account is matched by: column `keys` of `accounts`, as JSON. */
export interface MatchKeys {
  readonly emails: readonly string[];
  readonly usernames: readonly string[];
  readonly name: string;
}

export type SaidOfEntitlement = Pick<
  Tables['entitlements'],
  'slug' | 'display_name' | 'description' | 'purpose' | 'connector_risk' | 'is_unknown' | 'is_immutable'
>;

/** Texts come from outside and may be of any length. */
const LONGEST_NAME = 500;
const LONGEST_TEXT = 10_000;
const LONGEST_EMAIL = 320;
const LARGEST_PROFILE = 100_000;
/** Addresses and login names of one account. */
const MOST_KEYS = 50;

export function saidOfResource(resource: Resource): SaidOfResource {
  const user = findAnnotation(resource.annotations, UserTraitSchema);
  const { status, details } = statusOf(resource, user?.status?.status, user?.status?.details);
  const profile = JSON.stringify(profileOf(resource));
  return {
    display_name: text(resource.displayName, LONGEST_NAME) || text(resource.id?.resource ?? '', LONGEST_NAME),
    description: text(resource.description, LONGEST_TEXT),
    status,
    status_details: text(details, LONGEST_NAME),
    profile: profile.length > LARGEST_PROFILE ? '{}' : profile,
  };
}

export function saidOfAccount(resource: Resource): SaidOfAccount {
  const user = findAnnotation(resource.annotations, UserTraitSchema);
  const emails = (user?.emails ?? [])
    .toSorted((one, other) => Number(other.isPrimary) - Number(one.isPrimary))
    .map(({ address }) => text(address, LONGEST_TEXT).toLowerCase());
  const usernames = [user?.login ?? '', ...(user?.loginAliases ?? [])].map((name) => text(name, LONGEST_TEXT));
  const [email] = emails;
  const [username] = usernames;
  const { givenName = '', familyName = '' } = user?.structuredName ?? {};
  return {
    email: email === undefined || email.length > LONGEST_EMAIL ? '' : email,
    username: (username ?? '').slice(0, LONGEST_NAME).toWellFormed(),
    keys: {
      emails: usable(emails),
      usernames: usable(usernames),
      name: text(`${givenName} ${familyName}`, LONGEST_NAME) || text(resource.displayName, LONGEST_NAME),
    },
    status: statusOf(resource, user?.status?.status, '').status ?? 'ENABLED',
    type:
      user?.accountType === UserTrait_AccountType.SERVICE
        ? 'SERVICE_ACCOUNT'
        : user?.accountType === UserTrait_AccountType.SYSTEM
          ? 'SYSTEM_ACCOUNT'
          : 'USER',
  };
}

export function saidOfEntitlement(entitlement: Entitlement): SaidOfEntitlement {
  const profile = entitlement.resource === undefined ? {} : profileOf(entitlement.resource);
  return {
    slug: text(entitlement.slug, LONGEST_NAME),
    display_name: text(entitlement.displayName, LONGEST_NAME) || text(entitlement.id, LONGEST_NAME),
    description: text(entitlement.description, LONGEST_TEXT),
    purpose: purposes.get(entitlement.purpose) ?? 'UNSPECIFIED',
    connector_risk: connectorRisk(entitlement.description, profile),
    is_unknown: Number(profile['known'] === false),
    is_immutable: Number(hasAnnotation(entitlement.annotations, EntitlementImmutableSchema)),
  };
}

export function traitsOf({ traits }: ResourceType): string[] {
  return traits.flatMap((trait) => traitNames.get(trait) ?? []);
}

const traitNames = new Map<number, string>(
  Object.entries(ResourceType_Trait).flatMap(([name, value]) =>
    value === ResourceType_Trait.UNSPECIFIED ? [] : [[value, name.toLowerCase()] as const],
  ),
);

const purposes = new Map<number, SaidOfEntitlement['purpose']>([
  [Entitlement_PurposeValue.ASSIGNMENT, 'ASSIGNMENT'],
  [Entitlement_PurposeValue.PERMISSION, 'PERMISSION'],
  [Entitlement_PurposeValue.OWNERSHIP, 'OWNERSHIP'],
]);

/** Older connectors say it in the trait. */
function profileOf({ profile, annotations }: Resource): Profile {
  if (profile !== undefined) return profile;
  for (const schema of [UserTraitSchema, RoleTraitSchema, GroupTraitSchema]) {
    const said = findAnnotation(annotations, schema)?.profile;
    if (said !== undefined) return said;
  }
  return {};
}

const statuses = new Map<number, NonNullable<SaidOfResource['status']>>([
  [Status_ResourceStatus.ENABLED, 'ENABLED'],
  [Status_ResourceStatus.DISABLED, 'DISABLED'],
  [Status_ResourceStatus.DELETED, 'DELETED'],
]);

/** The same numbers in both places: the trait's are those of older connectors. */
function statusOf(
  { status }: Resource,
  traitStatus: UserTrait_Status_Status | undefined,
  traitDetails: string | undefined,
): { readonly status: SaidOfResource['status']; readonly details: string } {
  const said = statuses.get(status?.status ?? 0);
  if (said !== undefined) return { status: said, details: status?.details ?? '' };
  return { status: statuses.get(traitStatus ?? 0) ?? null, details: status?.details || (traitDetails ?? '') };
}

function usable(keys: readonly string[]): string[] {
  return [...new Set(keys)].filter((key) => key !== '' && key.length <= LONGEST_EMAIL).slice(0, MOST_KEYS);
}

/** PostgreSQL takes no zero character and no half of a pair. */
function text(value: string, longest: number): string {
  return value.replaceAll('\0', '').trim().slice(0, longest).toWellFormed();
}
