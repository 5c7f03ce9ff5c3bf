import type { Plan } from './scope-names.ts';

export type PermissionType = 'admin' | 'restricted';
export type Region = 'global' | 'eu';

/** A teammate's rights in one subuser; scopes count for `restricted` only. */
export interface SubuserRights {
  permissionType: PermissionType;
  scopes: string[];
}

export interface Teammate {
  readonly username: string;
  email: string;
  firstName: string;
  lastName: string;
  company: string;
  phone: string;
  city: string;
  country: string;
  isOwner: boolean;
  isAdmin: boolean;
  isSso: boolean;
  isUnified: boolean;
  isPartnerSso: boolean;
  /** What was assigned, without what SendGrid adds by itself. */
  scopes: string[];
  /** May act only for the subusers in `access`. */
  isRestricted: boolean;
  /** By subuser id. */
  access: Map<number, SubuserRights>;
}

export interface Invitation {
  readonly token: string;
  readonly email: string;
  readonly scopes: readonly string[];
  readonly isAdmin: boolean;
  expiresAtMs: number;
}

export interface ApiKey {
  readonly id: string;
  name: string;
  /** The whole key, as sent in the `Authorization` header. */
  readonly secret: string;
  scopes: string[];
  /** What it was made with: scopes added later do not reach everywhere (`sendgrid-api.md §5`). */
  readonly firstScopes: readonly string[];
  isRevoked: boolean;
}

export interface AccessRequest {
  readonly id: number;
  readonly username: string;
  readonly scopeGroupName: string;
  readonly scopes: readonly string[];
}

/** The people, invitations and keys of the account itself or of one subuser. */
export interface Realm {
  readonly teammates: Map<string, Teammate>;
  readonly invitations: Map<string, Invitation>;
  readonly apiKeys: Map<string, ApiKey>;
}

export interface Subuser {
  readonly id: number;
  readonly username: string;
  email: string;
  disabled: boolean;
  isWebsiteAccessOff: boolean;
  readonly region: Region;
  readonly local: Realm;
}

/** Everything that the simulator answers from. */
export interface Account extends Realm {
  readonly plan: Plan;
  readonly company: string;
  readonly userId: number;
  /** Every scope of the account, sorted: the plan's, and names that are newer than any list. */
  readonly catalogue: readonly string[];
  readonly subusers: Map<string, Subuser>;
  readonly accessRequests: Map<number, AccessRequest>;
  /** How many teammates and invitations the plan allows. */
  readonly teammateLimit: number;
  /** Grows by one with each thing made: ids, tokens and keys derive from it and the seed. */
  nextSerial: number;
  readonly seed: number;
}

export function newRealm(): Realm {
  return { teammates: new Map(), invitations: new Map(), apiKeys: new Map() };
}

export function newTeammate(fields: Partial<Teammate> & { readonly username: string }): Teammate {
  return {
    email: fields.username,
    firstName: '',
    lastName: '',
    company: '',
    phone: '',
    city: '',
    country: '',
    isOwner: false,
    isAdmin: false,
    isSso: false,
    isUnified: false,
    isPartnerSso: false,
    scopes: [],
    isRestricted: false,
    access: new Map(),
    ...fields,
  };
}
