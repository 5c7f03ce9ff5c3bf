import { z } from 'zod';
import { id, listOf, personRef, riskCounts, riskLevel, searchBody, time } from './common.ts';

/** One record of the system log. */
export const auditEvent = z.object({
  seq: z.int(),
  at: time,
  actor: z.object({
    kind: z.enum(['PERSON', 'API_KEY', 'SYSTEM', 'CONNECTOR']),
    id: z.string(),
    displayName: z.string(),
  }),
  /** `connector.settings_changed`. */
  action: z.string(),
  target: z.object({ kind: z.string(), id: z.string(), displayName: z.string() }).nullable(),
  /** Changed fields only; secrets as "a saved key". */
  before: z.record(z.string(), z.unknown()),
  after: z.record(z.string(), z.unknown()),
  requestId: z.string(),
  ip: z.string(),
  /** Of the record before; 64 zeros for the first one. */
  previousHash: z.string(),
  /** SHA-256 of this record as JSON without `hash`, keys in order. */
  hash: z.string(),
});
export type AuditEvent = z.infer<typeof auditEvent>;

export const mail = z.object({
  id,
  to: z.string(),
  subject: z.string(),
  /** Links with a token are masked. */
  text: z.string(),
  state: z.enum(['WAITING', 'SENT', 'FAILED', 'NOT_SENT']),
  reason: z.string(),
  createdAt: time,
  sentAt: time.nullable(),
});

export const smtpSettings = z.object({
  host: z.string().max(255),
  port: z.int().min(1).max(65_535),
  security: z.enum(['TLS', 'STARTTLS', 'NONE']),
  username: z.string().max(255),
  from: z.string().max(320),
});

export const oidcSettings = z.object({
  displayName: z.string().trim().min(1).max(60),
  issuer: z.url(),
  clientId: z.string().max(255),
  /** People who are not in the directory are added as basic users. */
  createPeople: z.boolean(),
});

export const organization = z.object({
  displayName: z.string().trim().min(1).max(100),
  /** Accounts with an address elsewhere are external. */
  trustedDomains: z.array(z.string().max(255)).max(100),
  complianceFrameworks: z.array(z.string().trim().min(1).max(100)).max(50),
});

/** The newest few, and how many there are. With `isLowerBound` there are more. */
function someOf<Item extends z.ZodType>(item: Item) {
  return z.object({ count: z.int(), isLowerBound: z.boolean(), list: z.array(item) });
}

const ofAccount = z.object({ at: time, accountId: id, accountName: z.string(), appId: id, appName: z.string() });

export const administrationEndpoints = {
  'POST /api/v1/systemlog/events': {
    body: searchBody.extend({
      actions: z.array(z.string().max(100)).default([]),
      actorIds: z.array(z.string().max(100)).default([]),
      targetIds: z.array(z.string().max(100)).default([]),
      since: time.optional(),
      until: time.optional(),
    }),
    response: listOf(auditEvent),
  },
  /** Whether the chain is whole; the first record that breaks it otherwise. */
  'GET /api/v1/systemlog/verification': {
    response: z.object({
      whole: z.boolean(),
      records: z.int(),
      brokenAt: z.int().nullable(),
      /** What is wrong there and what still holds; empty when the chain is whole. */
      reason: z.string(),
      checkedAt: time,
      tookMs: z.int(),
      headHash: z.string(),
    }),
  },
  /** Every record, oldest first, as JSON lines of `auditEvent`. */
  'GET /api/v1/systemlog/export': {
    query: z.object({ since: time.optional(), until: time.optional() }),
    response: z.instanceof(ReadableStream),
  },
  'POST /api/v1/search/outbox': { body: searchBody, response: listOf(mail) },

  'GET /api/v1/settings/organization': { response: organization },
  'POST /api/v1/settings/organization': { body: organization.partial(), response: organization },
  'GET /api/v1/settings/mail': { response: z.object({ smtp: smtpSettings.nullable(), passwordSaved: z.boolean() }) },
  'POST /api/v1/settings/mail': {
    body: z.object({ smtp: smtpSettings.nullable(), password: z.string().max(1000).optional() }),
    response: z.object({ smtp: smtpSettings.nullable(), passwordSaved: z.boolean() }),
  },
  'POST /api/v1/settings/mail/test': { response: z.object({ delivered: z.boolean(), reason: z.string() }) },
  'GET /api/v1/settings/oidc': {
    response: z.object({ oidc: oidcSettings.nullable(), secretSaved: z.boolean(), redirectUri: z.string() }),
  },
  'POST /api/v1/settings/oidc': {
    body: z.object({ oidc: oidcSettings.nullable(), clientSecret: z.string().max(1000).optional() }),
    response: z.object({ oidc: oidcSettings.nullable(), secretSaved: z.boolean(), redirectUri: z.string() }),
  },

  /** Home: what needs this person, what changed, how risky it is (`ui/guide.md §10`, `02a-home`). */
  'GET /api/v1/home': {
    response: z.object({
      apps: z.int(),
      accounts: z.int(),
      accountsWithoutOwner: z.int(),
      externalAccounts: z.int(),
      pendingInvitations: z.int(),
      risk: riskCounts,
      connectorsNeedingAttention: z.array(
        z.object({ appId: id, connectorId: id, displayName: z.string(), status: z.string(), reason: z.string() }),
      ),
      recentChanges: z.array(
        z.object({
          at: time,
          eventType: z.enum(['ADDED', 'REMOVED']),
          accountId: id,
          accountName: z.string(),
          entitlementId: id,
          entitlementName: z.string(),
          appId: id,
          appName: z.string(),
          risk: z.string(),
        }),
      ),
      /** Among what the person may see; null on the first visit. */
      sinceYouLeft: z
        .object({
          leftAt: time,
          newAccounts: someOf(ofAccount),
          criticalGrants: someOf(ofAccount.extend({ entitlementId: id, entitlementName: z.string() })),
          failedSyncs: someOf(
            z.object({ at: time, connectorId: id, connectorName: z.string(), appId: id, reason: z.string() }),
          ),
        })
        .nullable(),
    }),
  },
  /** Ctrl K: at most five of each kind. */
  'GET /api/v1/search/everything': {
    query: z.object({ query: z.string().max(100) }),
    response: z.object({
      people: z.array(personRef),
      apps: z.array(z.object({ id, displayName: z.string() })),
      accounts: z.array(z.object({ id, appId: id, displayName: z.string(), email: z.string() })),
      entitlements: z.array(
        z.object({
          id,
          appId: id,
          displayName: z.string(),
          slug: z.string(),
          /** The app's own name of it, which tells permissions apart that are called alike. */
          externalId: z.string(),
          riskLevel,
        }),
      ),
      connectors: z.array(z.object({ id, appId: id, displayName: z.string() })),
      /** Those of whoever asks, whatever their roles. */
      ownAccounts: z.array(z.object({ id, displayName: z.string(), appDisplayName: z.string() })),
    }),
  },
} as const;
