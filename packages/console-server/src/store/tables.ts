import type { Generated } from 'kysely';

/**
 * The database, the same on SQLite and PostgreSQL. Ids are KSUIDs as text. Times are milliseconds since 1970 in a column
 * `…_ms`. JSON is text, and so are closed lists of words. Truth is 0 or 1. Nothing is ever deleted from what was synced:
 * `removed_ms` says since when it is gone.
 *
 * Columns `search` are made by `searchText`, the display name first, and so they are what a list by name is sorted by.
 */
export interface Tables {
  people: {
    id: string;
    /** Lower case: addresses are compared so. */
    email: string;
    display_name: string;
    job_title: string;
    department: string;
    manager_email: string;
    status: 'ENABLED' | 'DISABLED';
    origin: 'LOCAL' | 'FILE' | 'SETUP' | 'OIDC';
    /** A JSON array of roles. */
    roles: string;
    invited_until_ms: number | null;
    last_sign_in_ms: number | null;
    /** When the person last asked for something in a browser, and the end of the visit before this one (`noteVisit`). */
    seen_ms: number | null;
    left_ms: number | null;
    created_ms: number;
    updated_ms: number;
    /** What the search looks in: lower case. */
    search: string;
  };
  passwords: { person_id: string; hash: string; changed_ms: number };
  /** Links of which only the hash is kept: first start, invitation. */
  one_time_links: {
    hash: string;
    purpose: 'SETUP' | 'INVITATION';
    person_id: string | null;
    expires_ms: number;
    used_ms: number | null;
  };
  sessions: {
    /** SHA-256 of the cookie's value. */
    hash: string;
    person_id: string;
    csrf_token: string;
    created_ms: number;
    seen_ms: number;
    expires_ms: number;
    /** Of the request that opened it: as what the browser named itself, and its address. */
    user_agent: string | null;
    ip: string | null;
  };
  /** Failed sign-ins by address and by network, so that all processes slow down together. */
  throttles: { key: string; failures: number; until_ms: number };
  personal_clients: {
    client_id: string;
    person_id: string;
    display_name: string;
    public_key: string;
    created_ms: number;
    expires_ms: number | null;
    last_used_ms: number | null;
    revoked_ms: number | null;
  };
  settings: { name: string; value: string; updated_ms: number };
  /** Sealed values: a connector's secrets, the mail password, the OpenID Connect client secret. */
  secrets: { owner: string; name: string; sealed: string; saved_ms: number; saved_by: string };

  apps: {
    id: string;
    display_name: string;
    description: string;
    kind: 'MANAGED' | 'UNMANAGED';
    identity_matching: 'STRICT' | 'DISPLAY_NAME' | 'CUSTOM';
    matching_rules: string;
    created_ms: number;
    deleted_ms: number | null;
    search: string;
  };
  app_owners: { app_id: string; person_id: string };
  /** Kept by `countApp`, under the names of `AppCounts`. */
  app_counts: { app_id: string; what: string; number: number };
  connectors: {
    id: string;
    app_id: string;
    catalog_id: 'sendgrid' | 'baton';
    display_name: string;
    description: string;
    /** Values that are no secrets, as JSON. */
    config: string;
    provisioning: number;
    schedule: string;
    pause_on_anomaly: number;
    status: 'NOT_CONNECTED' | 'SYNCING' | 'CONNECTED' | 'ERROR' | 'PAUSED_ANOMALY' | 'PAUSED';
    status_reason: string;
    progress: string | null;
    last_error: string | null;
    /** Failed syncs in a row, for the mail after the third. */
    failures: number;
    last_good_sync_ms: number | null;
    next_sync_ms: number | null;
    paused_by: string | null;
    paused_ms: number | null;
    held_back_sync_id: string | null;
    /** Whose file the connector's rows are; null for what was applied before this was noted. */
    applied_sync_id: string | null;
    /** Of the protocol server. */
    c1_connector_id: string;
    notes: string;
    /** What its key may do, as JSON; null when it has not said so. */
    key_rights: string | null;
    created_ms: number;
    created_by: string | null;
    deleted_ms: number | null;
    search: string;
  };
  connector_owners: { connector_id: string; person_id: string };
  syncs: {
    id: string;
    connector_id: string;
    app_id: string;
    c1_task_id: string | null;
    trigger: 'SCHEDULE' | 'PERSON' | 'SETTINGS' | 'REQUEST' | 'CONFIRMATION';
    triggered_by: string | null;
    started_ms: number;
    finished_ms: number | null;
    result: 'RUNNING' | 'APPLIED' | 'UNCHANGED' | 'HELD_BACK' | 'FAILED' | 'CANCELLED';
    reason: string;
    counts: string | null;
    differences: string | null;
    warnings: string;
    file_path: string | null;
    file_bytes: number | null;
    file_sha256: string | null;
  };
  connector_log: {
    seq: Generated<number>;
    connector_id: string;
    at_ms: number;
    level: 'debug' | 'info' | 'warn' | 'error';
    message: string;
  };

  resource_types: {
    app_id: string;
    /** The connector's own id, for example `scope`. */
    external_id: string;
    display_name: string;
    traits: string;
    removed_ms: number | null;
  };
  resources: SeenInSyncs & {
    id: string;
    app_id: string;
    connector_id: string | null;
    resource_type_id: string;
    external_id: string;
    display_name: string;
    custom_name: string;
    description: string;
    parent_id: string | null;
    status: 'ENABLED' | 'DISABLED' | 'DELETED' | null;
    status_details: string;
    profile: string;
    /** Hash of what the connector said, so that an unchanged row is not written. */
    fingerprint: string;
    search: string;
  };
  accounts: SeenInSyncs & {
    id: string;
    app_id: string;
    connector_id: string;
    resource_id: string;
    resource_type_id: string;
    external_id: string;
    display_name: string;
    email: string;
    username: string;
    /** All addresses and login names, as JSON, for matching. */
    keys: string;
    status: 'ENABLED' | 'DISABLED' | 'DELETED';
    status_details: string;
    type: 'USER' | 'SERVICE_ACCOUNT' | 'SYSTEM_ACCOUNT';
    type_is_manual: number;
    owner_id: string | null;
    owner_source: 'EMAIL' | 'USERNAME' | 'NAME' | 'CUSTOM' | 'MANUAL' | 'CLEARED' | 'NONE';
    is_external: number;
    grant_count: number;
    /** Effective grants by risk; the highest as a rank: 4 critical to 0 unrated, -1 none. */
    critical_count: number;
    high_count: number;
    medium_count: number;
    low_count: number;
    unrated_count: number;
    highest_risk: number;
    roles: string;
    profile: string;
    fingerprint: string;
    search: string;
  };
  entitlements: SeenInSyncs & {
    id: string;
    app_id: string;
    connector_id: string | null;
    resource_id: string;
    resource_type_id: string;
    external_id: string;
    slug: string;
    display_name: string;
    alias: string;
    description: string;
    purpose: 'ASSIGNMENT' | 'PERMISSION' | 'OWNERSHIP' | 'UNSPECIFIED';
    /** What counts: the one set by a person, else the connector's. Ranks as in `accounts`. */
    risk: number;
    connector_risk: number;
    manual_risk: number | null;
    /** The person who set the manual one, and when. */
    risk_set_by: string | null;
    risk_set_ms: number | null;
    is_unknown: number;
    frameworks: string;
    grant_count: number;
    is_built_in: number;
    is_immutable: number;
    fingerprint: string;
    search: string;
  };
  entitlement_owners: { entitlement_id: string; person_id: string };
  resource_owners: { resource_id: string; person_id: string };
  grants: {
    id: Generated<number>;
    app_id: string;
    connector_id: string;
    account_id: string;
    entitlement_id: string;
    is_direct: number;
    /** External ids of the entitlements through which it is held, as a JSON array; null when there are none. */
    sources: string | null;
    is_immutable: number;
    metadata: string | null;
    risk: number;
    granted_ms: number;
    granted_sync_id: string;
    /** Found by the first sync: when it was given is not known. */
    since_first_sync: number;
    revoked_ms: number | null;
    revoked_sync_id: string | null;
  };

  audit_log: {
    seq: number;
    at_ms: number;
    actor_kind: 'PERSON' | 'API_KEY' | 'SYSTEM' | 'CONNECTOR';
    actor_id: string;
    actor_name: string;
    action: string;
    target_kind: string | null;
    target_id: string | null;
    target_name: string | null;
    before: string;
    after: string;
    request_id: string;
    ip: string;
    previous_hash: string;
    hash: string;
  };
  outbox: {
    id: string;
    to_address: string;
    subject: string;
    /** Sealed: it may hold a one-time link. */
    sealed_text: string;
    /** The same with links masked, which is what the outbox page shows. */
    shown_text: string;
    state: 'WAITING' | 'SENT' | 'FAILED' | 'NOT_SENT';
    reason: string;
    attempts: number;
    next_attempt_ms: number;
    created_ms: number;
    sent_ms: number | null;
  };
  /** Work that one process does at a time: schedule, mail, a hosted connector. */
  leases: {
    name: string;
    holder: string;
    until_ms: number;
    /** Where its holder listens, as `host:port`. */
    address: string | null;
  };

  /** Of the protocol server: `record` is its record as JSON, the other columns are what it searches by. */
  c1_connectors: { seq: Generated<number>; id: string; record: string };
  /** The last two are the console's own: who made it, and when it last opened anything. */
  c1_credentials: {
    seq: Generated<number>;
    client_id: string;
    connector_id: string;
    record: string;
    created_by: string | null;
    last_used_ms: number | null;
  };
  c1_hosts: { connector_id: string; host_id: string; record: string };
  c1_tasks: {
    seq: Generated<number>;
    id: string;
    connector_id: string;
    type: string;
    state: string;
    dedupe_key: string | null;
    not_before_ms: number;
    record: string;
  };
  c1_nonces: { client_id: string; nonce: string; until_ms: number };
}

interface SeenInSyncs {
  first_seen_ms: number;
  first_sync_id: string | null;
  /** When it was last said by a connector; while it is there, the connector's last good sync counts. */
  last_seen_ms: number;
  removed_ms: number | null;
  removed_sync_id: string | null;
}
