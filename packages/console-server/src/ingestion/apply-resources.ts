import type { ResourceId } from '@baton-ts/protocol/connector-v2';
import { BulkWriter } from './bulk.ts';
import type { Ingestion } from './ingestion.ts';
import { resourceKey } from './resource-key.ts';
import { saidOfResource } from './said.ts';
import { resourceSearch } from './search-columns.ts';

const said = {
  id: 'text',
  display_name: 'text',
  description: 'text',
  parent_id: 'text',
  status: 'text',
  status_details: 'text',
  profile: 'text',
  fingerprint: 'text',
  search: 'text',
} as const;

/** The ids of the file's resources in the database, which accounts and entitlements refer to. */
export interface ResourceIds {
  /** By the place in the file's list. */
  at(index: number): string;
  of(id: ResourceId | undefined): string | undefined;
}

export async function applyResources(ingestion: Ingestion): Promise<ResourceIds> {
  const { trx, dialect, appId, scanned, known, changes, turns } = ingestion.parts;
  const ids = scanned.resources.map(
    ({ type, id }) => known.resources.get(resourceKey(type, id))?.id ?? ingestion.nextId(),
  );
  const byKey = new Map(scanned.resources.map(({ type, id }, index) => [resourceKey(type, id), ids[index]] as const));
  const resourceIds: ResourceIds = {
    at: (index) => ids[index] ?? '',
    of: (id) => (id === undefined ? undefined : byKey.get(resourceKey(id.resourceType, id.resource))),
  };

  const inserts = new BulkWriter({
    trx,
    dialect,
    how: 'insert',
    table: 'resources',
    columns: { ...said, resource_type_id: 'text', external_id: 'text' },
    fixed: { app_id: appId, custom_name: '', ...ingestion.firstSeen },
  });
  const updates = new BulkWriter({
    trx,
    dialect,
    how: 'update',
    table: 'resources',
    columns: said,
    fixed: ingestion.seen,
  });
  for (const { index, known: before, fingerprint } of changes.resources.present) {
    const { type, id: externalId } = ingestion.resourceAt(index);
    const resource = ingestion.readResource(index);
    const columns = saidOfResource(resource);
    const names = { ...columns, custom_name: before?.customName ?? '', external_id: externalId };
    const row = {
      id: resourceIds.at(index),
      ...columns,
      parent_id: resourceIds.of(resource.parentResourceId) ?? null,
      fingerprint,
      search: resourceSearch(names),
    };
    await (before === undefined
      ? inserts.add({ ...row, resource_type_id: type, external_id: externalId })
      : updates.add(row));
    await turns();
  }
  await inserts.flush();
  await updates.flush();
  await ingestion.markRemoved('resources', changes.resources.removed);
  return resourceIds;
}
