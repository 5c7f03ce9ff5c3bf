import { openC1zReader, type SyncReader } from '@baton-ts/c1z';
import { closest } from '@baton-ts/command-line';
import {
  type Entitlement,
  type GrantManagerServiceGrantRequest,
  GrantManagerServiceGrantRequestSchema,
  type GrantManagerServiceRevokeRequest,
  GrantManagerServiceRevokeRequestSchema,
  type Resource,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create } from '@bufbuild/protobuf';
import type { Connector } from '../connector.ts';

/** The file of the last sync, from which a change takes what it is about. */
export interface SyncedFile {
  readonly path: string;
  readonly connector: Connector;
  /** An existing folder; undefined: the system's. */
  readonly tempDir: string | undefined;
  readonly signal: AbortSignal;
}

type Id = Resource['id'] & object;

/** More rows than this are not searched for a similar id: the person waits for the message. */
const maxSearched = 20_000;

/**
 * The request that grants an entitlement to a principal, both as they are in the file (`cli.md §A.7`). Throws `NotFound` for
 * an id that is not in it, `FailedPrecondition` for a file that cannot be used.
 */
export function loadGrantRequest(
  file: SyncedFile,
  wanted: { readonly entitlementId: string; readonly principal: Pick<Id, 'resourceType' | 'resource'> },
): Promise<GrantManagerServiceGrantRequest> {
  return withFinishedSync(file, (sync) =>
    create(GrantManagerServiceGrantRequestSchema, {
      entitlement: placedEntitlement(file, sync, wanted.entitlementId),
      principal: principalOf(file, sync, wanted.principal),
    }),
  );
}

/** The request that takes a grant back, with all that the file says about it. Throws as `loadGrantRequest` does. */
export function loadRevokeRequest(file: SyncedFile, grantId: string): Promise<GrantManagerServiceRevokeRequest> {
  return withFinishedSync(file, (sync) => {
    const grant = sync.grant(grantId);
    if (grant === undefined) {
      const known = ids(
        (cursor) => sync.grants({ cursor }),
        ({ id }) => id,
      );
      throw unknown(file, `grant "${grantId}"`, grantId, known, 'baton grants');
    }
    const { entitlement, principal } = grant;
    return create(GrantManagerServiceRevokeRequestSchema, {
      grant: {
        ...grant,
        entitlement: placedEntitlement(file, sync, entitlement?.id ?? ''),
        principal: principalOf(file, sync, { resourceType: '', resource: '', ...principal?.id }),
      },
    });
  });
}

async function withFinishedSync<T>(file: SyncedFile, use: (sync: SyncReader) => T): Promise<T> {
  const { path, tempDir, signal } = file;
  const opened = await openC1zReader(path, { tempDir, signal });
  try {
    const sync = opened.reader();
    if (sync?.run.endedAt === undefined) {
      throw new BatonError(
        Code.FailedPrecondition,
        `${path} holds no finished sync, and a change is made to what is in it. Run the connector without this flag first, or name another file with --file`,
      );
    }
    refuseOtherApp(file, sync);
    return use(sync);
  } finally {
    await opened.close();
  }
}

function refuseOtherApp({ path, connector }: SyncedFile, sync: SyncReader): void {
  const types = sync.resourceTypes().map(({ id }) => id);
  const own = connector.resourceTypes.map(({ type }) => type.id);
  if (types.length === 0 || types.some((type) => own.includes(type))) return;
  throw new BatonError(
    Code.FailedPrecondition,
    `${path} is the file of another app: it holds ${types.join(', ')}, and this connector knows ${own.join(', ')}. Name this connector's file with --file`,
  );
}

function placedEntitlement(file: SyncedFile, sync: SyncReader, id: string): Entitlement {
  const found = sync.entitlement(id);
  if (found === undefined) {
    const known = ids(
      (cursor) => sync.entitlements({ cursor }),
      (entitlement) => entitlement.id,
    );
    throw unknown(file, `entitlement "${id}"`, id, known, 'baton entitlements');
  }
  const resource = found.resource?.id && sync.resource(found.resource.id);
  if (resource === undefined) throw incomplete(file, `the resource of the entitlement "${id}"`);
  const type = resource.id?.resourceType;
  if (file.connector.resourceTypes.every((part) => part.type.id !== type)) {
    throw new BatonError(
      Code.FailedPrecondition,
      `"${id}" in ${file.path} belongs to the resource type "${type}", which this connector does not know with its present settings. Name this connector's file with --file`,
    );
  }
  return { ...found, resource };
}

function principalOf(file: SyncedFile, sync: SyncReader, id: Pick<Id, 'resourceType' | 'resource'>): Resource {
  const { resourceType, resource } = id;
  const found = sync.resource(id);
  if (found !== undefined) return found;
  const types = sync.resourceTypes().map((type) => type.id);
  if (!types.includes(resourceType)) {
    throw unknown(file, `resource type "${resourceType}"`, resourceType, types, 'baton resource-types');
  }
  const known = ids(
    (cursor) => sync.resources({ resourceTypeId: resourceType, cursor }),
    (row) => row.id?.resource ?? '',
  );
  const command = `baton resources --resource-type ${resourceType}`;
  throw unknown(file, `${resourceType} "${resource}"`, resource, known, command);
}

function unknown(
  { path }: SyncedFile,
  what: string,
  id: string,
  known: readonly string[],
  listedBy: string,
): BatonError {
  const guess = closest(id, known);
  const next = guess === undefined ? '' : ` Did you mean "${guess}"?`;
  return new BatonError(Code.NotFound, `${path} has no ${what}.${next} \`${listedBy} -f ${path}\` lists them`);
}

function incomplete({ path }: SyncedFile, what: string): BatonError {
  return new BatonError(Code.DataLoss, `${path} lacks ${what}. Sync again`);
}

function ids<Row>(
  page: (cursor: number) => { readonly rows: readonly Row[]; readonly next: number | undefined },
  idOf: (row: Row) => string,
): string[] {
  const found: string[] = [];
  for (let cursor: number | undefined = 0; cursor !== undefined && found.length < maxSearched; ) {
    const { rows, next }: ReturnType<typeof page> = page(cursor);
    found.push(...rows.map(idOf));
    cursor = next;
  }
  return found;
}
