import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openC1z, openC1zReader, type SyncReader, type SyncRun, type SyncWriter } from '@baton-ts/c1z';
import { EntitlementSchema, GrantSchema, ResourceSchema } from '@baton-ts/protocol/connector-v2';
import { type DescMessage, type MessageShape, toBinary } from '@bufbuild/protobuf';
import type { SyncRequestOptions, SyncResult } from '../options.ts';
import { syncConnector } from '../sync-connector.ts';

/** Runs `use` with the path of a `.c1z` that does not exist yet, in a folder of its own. */
export async function withC1z<T>(use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sync-test-'));
  try {
    return await use(join(folder, 'sync.c1z'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs `use` with an unfinished full sync, which is thrown away afterwards. */
export async function withWriter<T>(use: (writer: SyncWriter) => Promise<T>): Promise<T> {
  return withC1z(async (path) => {
    const store = await openC1z(path, { tempDir: join(path, '..') });
    try {
      return await use(store.startSync({ syncType: 'full' }));
    } finally {
      await store.discard();
    }
  });
}

/** A sync as a program does it: open, sync, and close whatever happened. */
export async function syncInto(path: string, request: Omit<SyncRequestOptions, 'store'>): Promise<SyncResult> {
  const store = await openC1z(path, { tempDir: join(path, '..') });
  try {
    return await syncConnector({ ...request, store });
  } finally {
    await store.close();
  }
}

export interface FileContent {
  readonly runs: readonly SyncRun[];
  /** The latest finished full sync; empty when there is none. */
  readonly resources: readonly string[];
  readonly entitlements: readonly string[];
  readonly grants: readonly string[];
  /** Every row with its bytes, in an order that does not depend on when it was stored. */
  readonly bytes: readonly string[];
}

export async function readC1z(path: string): Promise<FileContent> {
  const file = await openC1zReader(path);
  try {
    const runs = file.runs();
    const run = runs.findLast((candidate) => candidate.endedAt && candidate.syncType === 'full');
    const reader = run && file.reader(run.syncId);
    return { runs, ...content(reader) };
  } finally {
    await file.close();
  }
}

function content(reader: SyncReader | undefined): Omit<FileContent, 'runs'> {
  const resources = reader?.resources({}).rows ?? [];
  const entitlements = reader?.entitlements({}).rows ?? [];
  const grants = reader?.grants({}).rows ?? [];
  return {
    resources: resources.map(({ id }) => `${id?.resourceType}:${id?.resource}`).toSorted(),
    entitlements: entitlements.map(({ id }) => id).toSorted(),
    grants: grants.map(({ id }) => id).toSorted(),
    bytes: [
      ...resources.map((row) => bytesOf(ResourceSchema, row)),
      ...entitlements.map((row) => bytesOf(EntitlementSchema, row)),
      ...grants.map((row) => bytesOf(GrantSchema, { ...row, ...sortedSources(row) })),
    ].toSorted(),
  };
}

/** The order of a map says nothing. */
function sortedSources(row: MessageShape<typeof GrantSchema>): Partial<MessageShape<typeof GrantSchema>> {
  if (!row.sources) return {};
  const sorted = Object.entries(row.sources.sources).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { sources: { ...row.sources, sources: Object.fromEntries(sorted) } };
}

function bytesOf<Desc extends DescMessage>(schema: Desc, row: MessageShape<Desc>): string {
  return Buffer.from(toBinary(schema, row)).toString('latin1');
}
