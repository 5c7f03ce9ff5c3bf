import type { ColumnKind, Schema } from './schema.ts';

/** Not removed: what the lists show unless asked for more, and so what their indexes hold. */
const PRESENT = 'removed_ms is null';

const seenInSyncs = {
  first_seen_ms: 'integer',
  first_sync_id: 'text?',
  last_seen_ms: 'integer',
  removed_ms: 'integer?',
  removed_sync_id: 'text?',
} as const satisfies Record<string, ColumnKind>;

export async function firstTables(schema: Schema): Promise<void> {
  await peopleTables(schema);
  await appTables(schema);
  await syncedTables(schema);
  await grantTables(schema);
  await operationTables(schema);
  await protocolTables(schema);
}

async function peopleTables({ table, index }: Schema): Promise<void> {
  await table(
    'people',
    {
      id: 'text',
      email: 'text',
      display_name: 'text',
      job_title: 'text',
      department: 'text',
      manager_email: 'text',
      status: 'text',
      origin: 'text',
      roles: 'text',
      invited_until_ms: 'integer?',
      last_sign_in_ms: 'integer?',
      created_ms: 'integer',
      updated_ms: 'integer',
      search: 'text',
    },
    ['id'],
  );
  await index('people_by_email', 'people', ['email'], { unique: true });
  await index('people_by_name', 'people', ['search', 'id']);
  await index('people_by_manager', 'people', ['manager_email']);

  await table('passwords', { person_id: 'text', hash: 'text', changed_ms: 'integer' }, ['person_id']);
  await table(
    'one_time_links',
    { hash: 'text', purpose: 'text', person_id: 'text?', expires_ms: 'integer', used_ms: 'integer?' },
    ['hash'],
  );
  await index('one_time_links_by_person', 'one_time_links', ['person_id']);
  await table(
    'sessions',
    {
      hash: 'text',
      person_id: 'text',
      csrf_token: 'text',
      created_ms: 'integer',
      seen_ms: 'integer',
      expires_ms: 'integer',
    },
    ['hash'],
  );
  await index('sessions_by_person', 'sessions', ['person_id']);
  await index('sessions_by_end', 'sessions', ['expires_ms']);
  await table('throttles', { key: 'text', failures: 'integer', until_ms: 'integer' }, ['key']);
  await index('throttles_by_end', 'throttles', ['until_ms']);
  await table(
    'personal_clients',
    {
      client_id: 'text',
      person_id: 'text',
      display_name: 'text',
      public_key: 'text',
      created_ms: 'integer',
      expires_ms: 'integer?',
      last_used_ms: 'integer?',
      revoked_ms: 'integer?',
    },
    ['client_id'],
  );
  await index('personal_clients_by_person', 'personal_clients', ['person_id']);

  await table('settings', { name: 'text', value: 'text', updated_ms: 'integer' }, ['name']);
  await table('secrets', { owner: 'text', name: 'text', sealed: 'text', saved_ms: 'integer', saved_by: 'text' }, [
    'owner',
    'name',
  ]);
}

async function appTables({ table, index }: Schema): Promise<void> {
  await table(
    'apps',
    {
      id: 'text',
      display_name: 'text',
      description: 'text',
      kind: 'text',
      identity_matching: 'text',
      matching_rules: 'text',
      created_ms: 'integer',
      deleted_ms: 'integer?',
      search: 'text',
    },
    ['id'],
  );
  await table('app_owners', { app_id: 'text', person_id: 'text' }, ['app_id', 'person_id']);
  await index('app_owners_by_person', 'app_owners', ['person_id', 'app_id']);

  await table(
    'connectors',
    {
      id: 'text',
      app_id: 'text',
      catalog_id: 'text',
      display_name: 'text',
      description: 'text',
      config: 'text',
      provisioning: 'integer',
      schedule: 'text',
      pause_on_anomaly: 'integer',
      status: 'text',
      status_reason: 'text',
      progress: 'text?',
      last_error: 'text?',
      failures: 'integer',
      last_good_sync_ms: 'integer?',
      next_sync_ms: 'integer?',
      paused_by: 'text?',
      paused_ms: 'integer?',
      held_back_sync_id: 'text?',
      c1_connector_id: 'text',
      notes: 'text',
      key_rights: 'text?',
      created_ms: 'integer',
      created_by: 'text?',
      deleted_ms: 'integer?',
      search: 'text',
    },
    ['id'],
  );
  await index('connectors_by_app', 'connectors', ['app_id']);
  await index('connectors_by_protocol_id', 'connectors', ['c1_connector_id'], { unique: true });
  await index('connectors_by_next_sync', 'connectors', ['next_sync_ms'], {
    where: 'deleted_ms is null and next_sync_ms is not null',
  });
  await table('connector_owners', { connector_id: 'text', person_id: 'text' }, ['connector_id', 'person_id']);
  await index('connector_owners_by_person', 'connector_owners', ['person_id', 'connector_id']);

  await table(
    'syncs',
    {
      id: 'text',
      connector_id: 'text',
      app_id: 'text',
      c1_task_id: 'text?',
      trigger: 'text',
      triggered_by: 'text?',
      started_ms: 'integer',
      finished_ms: 'integer?',
      result: 'text',
      reason: 'text',
      counts: 'text?',
      differences: 'text?',
      warnings: 'text',
      file_path: 'text?',
      file_bytes: 'integer?',
      file_sha256: 'text?',
    },
    ['id'],
  );
  await index('syncs_by_connector', 'syncs', ['connector_id', 'started_ms', 'id']);
  await index('syncs_by_app', 'syncs', ['app_id', 'started_ms', 'id']);
  await index('syncs_by_task', 'syncs', ['c1_task_id'], { where: 'c1_task_id is not null' });
  await index('syncs_running', 'syncs', ['connector_id'], { where: `result = 'RUNNING'` });

  await table('connector_log', {
    seq: 'serial',
    connector_id: 'text',
    at_ms: 'integer',
    level: 'text',
    message: 'text',
  });
  await index('connector_log_by_connector', 'connector_log', ['connector_id', 'seq']);
}

/**
 * One external id is one row for each connector, also after it was away. Each way in which a list is sorted has an
 * index that begins with the app, so that a page costs the same whatever the size of the table; lists over all apps
 * are by name.
 */
async function syncedTables({ table, index }: Schema): Promise<void> {
  await table(
    'resource_types',
    { app_id: 'text', external_id: 'text', display_name: 'text', traits: 'text', removed_ms: 'integer?' },
    ['app_id', 'external_id'],
  );

  await table(
    'resources',
    {
      id: 'text',
      app_id: 'text',
      connector_id: 'text?',
      resource_type_id: 'text',
      external_id: 'text',
      display_name: 'text',
      custom_name: 'text',
      description: 'text',
      parent_id: 'text?',
      status: 'text?',
      status_details: 'text',
      profile: 'text',
      fingerprint: 'text',
      search: 'text',
      ...seenInSyncs,
    },
    ['id'],
  );
  await index('resources_external', 'resources', ['app_id', 'connector_id', 'resource_type_id', 'external_id'], {
    unique: true,
  });
  await index('resources_by_name', 'resources', ['app_id', 'search', 'id'], { where: PRESENT });
  await index('resources_by_type', 'resources', ['app_id', 'resource_type_id', 'search', 'id'], { where: PRESENT });
  await index('resources_everywhere', 'resources', ['search', 'id'], { where: PRESENT });
  await index('resources_by_parent', 'resources', ['parent_id'], { where: 'parent_id is not null' });

  await table(
    'accounts',
    {
      id: 'text',
      app_id: 'text',
      connector_id: 'text',
      resource_id: 'text',
      resource_type_id: 'text',
      external_id: 'text',
      display_name: 'text',
      email: 'text',
      username: 'text',
      keys: 'text',
      status: 'text',
      status_details: 'text',
      type: 'text',
      type_is_manual: 'integer',
      owner_id: 'text?',
      owner_source: 'text',
      is_external: 'integer',
      grant_count: 'integer',
      critical_count: 'integer',
      high_count: 'integer',
      medium_count: 'integer',
      low_count: 'integer',
      unrated_count: 'integer',
      highest_risk: 'integer',
      roles: 'text',
      profile: 'text',
      fingerprint: 'text',
      search: 'text',
      ...seenInSyncs,
    },
    ['id'],
  );
  await index('accounts_external', 'accounts', ['app_id', 'connector_id', 'resource_type_id', 'external_id'], {
    unique: true,
  });
  await index('accounts_by_resource', 'accounts', ['resource_id']);
  await index('accounts_by_name', 'accounts', ['app_id', 'search', 'id'], { where: PRESENT });
  await index('accounts_by_email', 'accounts', ['app_id', 'email', 'id'], { where: PRESENT });
  await index('accounts_by_grant_count', 'accounts', ['app_id', 'grant_count', 'id'], { where: PRESENT });
  await index('accounts_by_risk', 'accounts', ['app_id', 'highest_risk', 'id'], { where: PRESENT });
  await index('accounts_by_first_seen', 'accounts', ['app_id', 'first_seen_ms', 'id'], { where: PRESENT });
  await index('accounts_by_status', 'accounts', ['app_id', 'status', 'search', 'id'], { where: PRESENT });
  await index('accounts_by_type', 'accounts', ['app_id', 'type', 'search', 'id'], { where: PRESENT });
  await index('accounts_everywhere', 'accounts', ['search', 'id'], { where: PRESENT });
  await index('accounts_by_owner', 'accounts', ['owner_id', 'app_id', 'search', 'id'], {
    where: 'owner_id is not null and removed_ms is null',
  });
  await index('accounts_without_owner', 'accounts', ['app_id', 'search', 'id'], {
    where: 'owner_id is null and removed_ms is null',
  });
  await index('accounts_critical', 'accounts', ['app_id', 'search', 'id'], {
    where: 'critical_count > 0 and removed_ms is null',
  });

  await table(
    'entitlements',
    {
      id: 'text',
      app_id: 'text',
      connector_id: 'text?',
      resource_id: 'text',
      resource_type_id: 'text',
      external_id: 'text',
      slug: 'text',
      display_name: 'text',
      alias: 'text',
      description: 'text',
      purpose: 'text',
      risk: 'integer',
      connector_risk: 'integer',
      manual_risk: 'integer?',
      is_unknown: 'integer',
      frameworks: 'text',
      grant_count: 'integer',
      is_built_in: 'integer',
      is_immutable: 'integer',
      fingerprint: 'text',
      search: 'text',
      ...seenInSyncs,
    },
    ['id'],
  );
  await index('entitlements_external', 'entitlements', ['app_id', 'connector_id', 'external_id'], { unique: true });
  await index('entitlements_by_resource', 'entitlements', ['resource_id']);
  await index('entitlements_by_name', 'entitlements', ['app_id', 'search', 'id'], { where: PRESENT });
  await index('entitlements_by_type', 'entitlements', ['app_id', 'resource_type_id', 'search', 'id'], {
    where: PRESENT,
  });
  await index('entitlements_by_risk', 'entitlements', ['app_id', 'risk', 'id'], { where: PRESENT });
  await index('entitlements_by_grant_count', 'entitlements', ['app_id', 'grant_count', 'id'], { where: PRESENT });
  await index('entitlements_everywhere', 'entitlements', ['search', 'id'], { where: PRESENT });
  await table('entitlement_owners', { entitlement_id: 'text', person_id: 'text' }, ['entitlement_id', 'person_id']);
  await index('entitlement_owners_by_person', 'entitlement_owners', ['person_id', 'entitlement_id']);
}

/** The largest table: millions of rows, so every index here is paid for by each sync. */
async function grantTables({ table, index }: Schema): Promise<void> {
  await table('grants', {
    id: 'serial',
    app_id: 'text',
    connector_id: 'text',
    account_id: 'text',
    entitlement_id: 'text',
    is_direct: 'integer',
    sources: 'text?',
    is_immutable: 'integer',
    metadata: 'text?',
    risk: 'integer',
    granted_ms: 'integer',
    granted_sync_id: 'text',
    since_first_sync: 'integer',
    revoked_ms: 'integer?',
    revoked_sync_id: 'text?',
  });
  // Held once at a time. Also what an account holds, and, account by account, all that a connector has brought.
  await index('grants_held', 'grants', ['account_id', 'entitlement_id'], {
    unique: true,
    where: 'revoked_ms is null',
  });
  await index('grants_of_entitlement', 'grants', ['entitlement_id', 'granted_ms', 'id'], {
    where: 'revoked_ms is null',
  });
  await index('grants_by_risk', 'grants', ['app_id', 'risk', 'granted_ms', 'id'], { where: 'revoked_ms is null' });
  // The feed shows what was added also when it is gone since.
  await index('grants_by_time', 'grants', ['app_id', 'granted_ms', 'id']);
  await index('grants_everywhere', 'grants', ['granted_ms', 'id']);

  const past = { where: 'revoked_ms is not null' } as const;
  await index('past_grants_of_account', 'grants', ['account_id', 'revoked_ms', 'id'], past);
  await index('past_grants_of_entitlement', 'grants', ['entitlement_id', 'revoked_ms', 'id'], past);
  await index('past_grants_by_time', 'grants', ['app_id', 'revoked_ms', 'id'], past);
  await index('past_grants_everywhere', 'grants', ['revoked_ms', 'id'], past);
}

async function operationTables({ table, index }: Schema): Promise<void> {
  await table(
    'audit_log',
    {
      seq: 'integer',
      at_ms: 'integer',
      actor_kind: 'text',
      actor_id: 'text',
      actor_name: 'text',
      action: 'text',
      target_kind: 'text?',
      target_id: 'text?',
      target_name: 'text?',
      before: 'text',
      after: 'text',
      request_id: 'text',
      ip: 'text',
      previous_hash: 'text',
      hash: 'text',
    },
    ['seq'],
  );
  await index('audit_log_by_time', 'audit_log', ['at_ms', 'seq']);
  await index('audit_log_by_actor', 'audit_log', ['actor_id', 'seq']);
  await index('audit_log_by_target', 'audit_log', ['target_id', 'seq'], { where: 'target_id is not null' });
  await index('audit_log_by_action', 'audit_log', ['action', 'seq']);

  await table(
    'outbox',
    {
      id: 'text',
      to_address: 'text',
      subject: 'text',
      sealed_text: 'text',
      shown_text: 'text',
      state: 'text',
      reason: 'text',
      attempts: 'integer',
      next_attempt_ms: 'integer',
      created_ms: 'integer',
      sent_ms: 'integer?',
    },
    ['id'],
  );
  await index('outbox_by_time', 'outbox', ['created_ms', 'id']);
  await index('outbox_waiting', 'outbox', ['next_attempt_ms'], { where: `state = 'WAITING'` });
  await table('leases', { name: 'text', holder: 'text', until_ms: 'integer' }, ['name']);
}

async function protocolTables({ table, index }: Schema): Promise<void> {
  await table('c1_connectors', { seq: 'serial', id: 'text', record: 'text' });
  await index('c1_connectors_id', 'c1_connectors', ['id'], { unique: true });
  await table('c1_credentials', {
    seq: 'serial',
    client_id: 'text',
    connector_id: 'text',
    record: 'text',
    created_by: 'text?',
    last_used_ms: 'integer?',
  });
  await index('c1_credentials_id', 'c1_credentials', ['client_id'], { unique: true });
  await index('c1_credentials_by_connector', 'c1_credentials', ['connector_id', 'seq']);
  await table('c1_hosts', { connector_id: 'text', host_id: 'text', record: 'text' }, ['connector_id', 'host_id']);
  await table('c1_tasks', {
    seq: 'serial',
    id: 'text',
    connector_id: 'text',
    type: 'text',
    state: 'text',
    dedupe_key: 'text?',
    not_before_ms: 'integer',
    record: 'text',
  });
  await index('c1_tasks_id', 'c1_tasks', ['id'], { unique: true });
  await index('c1_tasks_by_connector', 'c1_tasks', ['connector_id', 'seq']);
  await index('c1_tasks_open', 'c1_tasks', ['connector_id', 'seq'], { where: `state in ('pending', 'leased')` });
  await table('c1_nonces', { client_id: 'text', nonce: 'text', until_ms: 'integer' }, ['client_id', 'nonce']);
}
