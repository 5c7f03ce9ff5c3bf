import { z } from 'zod';
import { empty, id, listOf, pageQuery, personRef, searchBody, time } from './common.ts';

/** A kind of connector that can be added. */
export const catalogEntry = z.object({
  /** `sendgrid`, or `baton` for one that the user runs. */
  catalogId: z.enum(['sendgrid', 'baton']),
  displayName: z.string(),
  description: z.string(),
  docsUrl: z.string(),
  /** Words that find it besides its name. */
  keywords: z.array(z.string()),
});
export type CatalogEntry = z.infer<typeof catalogEntry>;

/** `governance.md §2.2`. */
export const connectorStatus = z.enum(['NOT_CONNECTED', 'SYNCING', 'CONNECTED', 'ERROR', 'PAUSED_ANOMALY', 'PAUSED']);
export type ConnectorStatus = z.infer<typeof connectorStatus>;

/** Six segments of the progress bar (`ui/guide.md §4`, live progress). */
export const syncStep = z.enum(['KEY', 'TEAMMATES', 'INVITATIONS', 'PERMISSIONS', 'SUBUSERS', 'SAVE']);

export const schedule = z.discriminatedUnion('kind', [
  /** At least 30 minutes. */
  z.object({ kind: z.literal('interval'), minutes: z.int().min(30).max(10_080) }),
  z.object({ kind: z.literal('cron'), cronSpec: z.string().max(100), timezone: z.string().max(60) }),
]);
export type Schedule = z.infer<typeof schedule>;

export const configField = z.object({
  name: z.string(),
  displayName: z.string(),
  description: z.string(),
  kind: z.enum(['string', 'secret', 'bool', 'int', 'strings', 'choice']),
  required: z.boolean(),
  placeholder: z.string(),
  options: z.array(z.object({ value: z.string(), label: z.string() })),
  defaultValue: z.union([z.string(), z.boolean(), z.number(), z.array(z.string())]).nullable(),
});
export type ConfigField = z.infer<typeof configField>;

export const configValue = z.union([
  z.string().max(10_000),
  z.boolean(),
  z.number(),
  z.array(z.string().max(1000)).max(1000),
]);

export const connector = z.object({
  id,
  appId: id,
  appDisplayName: z.string(),
  catalogId: catalogEntry.shape.catalogId,
  displayName: z.string(),
  description: z.string(),
  owners: z.array(personRef),
  status: connectorStatus,
  /** Why it is in that state, for the second line of its label; empty when there is nothing to say. */
  statusReason: z.string(),
  /** While syncing. `done` and `total` only where a total is known. */
  progress: z
    .object({ step: syncStep, done: z.int().nullable(), total: z.int().nullable(), startedAt: time })
    .nullable(),
  /** What stopped the last sync: what happened, what is still true, what to do. */
  lastError: z.string().nullable(),
  lastGoodSyncAt: time.nullable(),
  usualDurationMs: z.int().nullable(),
  nextSyncAt: time.nullable(),
  schedule,
  pauseOnAnomaly: z.boolean(),
  /** A sync that was held back: what it would do. */
  heldBack: z.object({ syncId: id, summary: z.string() }).nullable(),
  pausedBy: personRef.nullable(),
  pausedAt: time.nullable(),
  /** What is saved; secrets only as who saved them when. */
  config: z.record(z.string(), configValue),
  savedSecrets: z.record(z.string(), z.object({ savedAt: time, savedBy: z.string() })),
  /** Whether changes may be carried out through it. */
  provisioning: z.boolean(),
  /** What the connector says that it cannot do with its key. */
  notes: z.array(z.string()),
  /** Which scopes the key has of those that the connector can use. Null when it has not said so: a self-hosted one does not. */
  keyRights: z.object({ checkedAt: time, holds: z.array(z.string()), lacks: z.array(z.string()) }).nullable(),
  /** What is there of it now, as in the lists of its app. */
  /** What lists have of it now; the built-in Access, one for each account, is among the grants. */
  counts: z.object({ accounts: z.int(), entitlements: z.int(), grants: z.int() }),
  /** Failed syncs since the last good one. */
  failures: z.int(),
  createdAt: time,
  createdBy: personRef.nullable(),
});
export type Connector = z.infer<typeof connector>;

const counts = z.object({ accounts: z.int(), resources: z.int(), entitlements: z.int(), grants: z.int() });
const difference = z.object({ added: z.int(), removed: z.int(), changed: z.int() });

export const syncRun = z.object({
  id,
  connectorId: id,
  startedAt: time,
  finishedAt: time.nullable(),
  trigger: z.enum(['SCHEDULE', 'PERSON', 'SETTINGS', 'REQUEST', 'CONFIRMATION']),
  triggeredBy: personRef.nullable(),
  result: z.enum(['RUNNING', 'APPLIED', 'UNCHANGED', 'HELD_BACK', 'FAILED', 'CANCELLED']),
  /** Why it failed or is held back. */
  reason: z.string(),
  /** What the connector's file holds. The built-in Access is the console's own and so is not in it. */
  counts: counts.nullable(),
  /**
   * What it changed in the console's lists. Whoever comes or goes gets or loses the built-in Access too: a first sync adds
   * `counts.grants + counts.accounts` grants, which is what the app then has.
   */
  differences: z.object({ accounts: difference, entitlements: difference, grants: difference }).nullable(),
  warnings: z.array(z.string()),
  /** Of the `.c1z`, which administrators can download. */
  fileBytes: z.int().nullable(),
  fileSha256: z.string().nullable(),
});
export type SyncRun = z.infer<typeof syncRun>;

export const connectorCredential = z.object({
  clientId: z.string(),
  createdAt: time,
  createdBy: personRef.nullable(),
  lastUsedAt: time.nullable(),
  revokedAt: time.nullable(),
});

/** Where self-hosted connectors call, and how they know that it is the console. */
export const connectorListener = z.object({
  /** `host` or `host:port`, as in every client id. */
  host: z.string(),
  /** The console's own authority in PEM, for connectors to trust. Null when the certificate was given: the usual ones vouch for it. */
  authority: z.string().nullable(),
  authorityValidUntil: time.nullable(),
});
export type ConnectorListener = z.infer<typeof connectorListener>;

const inApp = z.object({ app_id: id, connector_id: id });

export const connectorEndpoints = {
  'GET /api/v1/connectorcatalog': {
    query: z.object({ query: z.string().max(100).default('') }),
    response: z.object({ list: z.array(catalogEntry) }),
  },
  'POST /api/v1/connectorcatalog': {
    body: z.object({ catalogId: catalogEntry.shape.catalogId }),
    response: z.object({ fields: z.array(configField) }),
  },
  'POST /api/v1/search/connectors': {
    body: searchBody.extend({
      catalogIds: z.array(catalogEntry.shape.catalogId).default([]),
      statuses: z.array(connectorStatus).default([]),
      ownerIds: z.array(id).default([]),
    }),
    response: listOf(connector),
  },
  /** What a schedule means before it is saved: its next three times, or what is wrong with it (empty when nothing is). */
  'POST /api/v1/connectors/preview_schedule': {
    body: z.object({ schedule }),
    response: z.object({ problem: z.string(), nextSyncs: z.array(time) }),
  },
  'GET /api/v1/apps/{app_id}/connectors': {
    params: z.object({ app_id: id }),
    query: pageQuery,
    response: listOf(connector),
  },
  /** The wizard's last button: an app that is there, or a new managed one. Owners who are not the creator get mail. */
  'POST /api/v1/connectors/create': {
    body: z.object({
      catalogId: catalogEntry.shape.catalogId,
      displayName: z.string().trim().min(1).max(200),
      app: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('existing'), appId: id }),
        z.object({ kind: z.literal('new'), displayName: z.string().trim().min(1).max(200) }),
      ]),
      userIds: z.array(id).min(1).max(32),
    }),
    response: z.object({ connector }),
  },
  'GET /api/v1/apps/{app_id}/connectors/{connector_id}': {
    params: inApp,
    response: z.object({ connector, fields: z.array(configField) }),
  },
  'POST /api/v1/apps/{app_id}/connectors/{connector_id}': {
    params: inApp,
    body: z
      .object({
        displayName: z.string().trim().min(1).max(200),
        userIds: z.array(id).min(1).max(32),
        pauseOnAnomaly: z.boolean(),
        schedule,
      })
      .partial(),
    response: z.object({ connector }),
  },
  /** Values that are left out stay as they are; a secret is written, or cleared with null, and never read. Queues a sync. */
  'POST /api/v1/apps/{app_id}/connectors/{connector_id}/config': {
    params: inApp,
    body: z.object({
      values: z.record(z.string().max(100), configValue),
      secrets: z.record(z.string().max(100), z.string().max(10_000).nullable()),
      provisioning: z.boolean().optional(),
    }),
    response: z.object({ connector }),
  },
  'POST /api/v1/apps/{app_id}/connectors/{connector_id}/force_sync': {
    params: inApp,
    response: z.object({ connector }),
  },
  'POST /api/v1/apps/{app_id}/connectors/{connector_id}/pause': { params: inApp, response: z.object({ connector }) },
  'POST /api/v1/apps/{app_id}/connectors/{connector_id}/resume': { params: inApp, response: z.object({ connector }) },
  'POST /api/v1/apps/{app_id}/connectors/{connector_id}/confirm_sync_valid/{sync_id}': {
    params: inApp.extend({ sync_id: id }),
    response: z.object({ connector }),
  },
  /** `confirmation` is the connector's name, as it was typed. */
  'DELETE /api/v1/apps/{app_id}/connectors/{connector_id}': {
    params: inApp,
    body: z.object({ confirmation: z.string().max(200) }),
    response: empty,
  },
  'GET /api/v1/apps/{app_id}/connectors/{connector_id}/syncs': {
    params: inApp,
    query: pageQuery,
    response: listOf(syncRun),
  },
  /** Answers with the `.c1z` itself. */
  'GET /api/v1/apps/{app_id}/connectors/{connector_id}/syncs/{sync_id}/file': {
    params: inApp.extend({ sync_id: id }),
    response: z.instanceof(Uint8Array),
  },
  'GET /api/v1/apps/{app_id}/connectors/{connector_id}/log': {
    params: inApp,
    /** Those after a line, or of a time; the newest ones when there are more than fit. */
    query: z.object({
      after: z.coerce.number().int().min(0).default(0),
      since: time.optional(),
      until: time.optional(),
    }),
    response: z.object({
      lines: z.array(
        z.object({ seq: z.int(), at: time, level: z.enum(['debug', 'info', 'warn', 'error']), message: z.string() }),
      ),
    }),
  },
  /** Rotate: the secret is in this answer and nowhere else. */
  'POST /api/v1/apps/connectors/credentials': {
    body: z.object({ appId: id, connectorId: id }),
    response: z.object({ credential: connectorCredential, clientSecret: z.string() }),
  },
  'GET /api/v1/apps/{app_id}/connectors/{connector_id}/credentials': {
    params: inApp,
    response: z.object({ list: z.array(connectorCredential), listener: connectorListener }),
  },
  'POST /api/v1/apps/{app_id}/connectors/{connector_id}/credentials/revoke': {
    params: inApp,
    body: z.object({ clientId: z.string().max(400) }),
    response: z.object({ credential: connectorCredential }),
  },
} as const;
