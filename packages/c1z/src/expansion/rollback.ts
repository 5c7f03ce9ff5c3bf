import { hasAnnotation } from '@baton-ts/protocol/annotations';
import { type Grant, GrantImmutableSchema, GrantSchema } from '@baton-ts/protocol/connector-v2';
import { encode } from '@baton-ts/protocol/encode';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { fromBinary } from '@bufbuild/protobuf';
import type { WholeFile } from '../whole-file.ts';

/** Rows that are held in memory at a time. */
const BATCH_ROWS = 1000;

/** What taking grant expansion back did to the grants of a sync. */
export interface Rollback {
  /** Grants that only expansion had made. */
  readonly removed: number;
  /** Grants that a connector had made and to which expansion had added sources: these are gone. */
  readonly restored: number;
  /**
   * Grants with sources that do not look like expansion's work: without the mark of an inherited grant, or passing something
   * on themselves. They are among the removed ones unless they were to be preserved.
   */
  readonly suspect: number;
  /** Grants that the sync holds now. */
  readonly left: number;
}

/**
 * Takes back what grant expansion added to a sync (`c1z-format.md §5.6`): grants that are purely inherited go, others lose
 * their sources. Marks expandable grants as waiting for expansion and counts the sync anew.
 */
export function rollbackExpansion(
  file: WholeFile,
  syncId: string,
  options: { readonly preserveSuspects: boolean },
): Rollback {
  const { db } = file;
  const select = db.prepare(
    `select id, external_id, entitlement_id, expansion is not null as expandable, data from v1_grants
     where sync_id = ? and id > ? order by id limit ${BATCH_ROWS}`,
  );
  const remove = db.prepare('delete from v1_grants where id = ?');
  const restore = db.prepare('update v1_grants set data = ? where id = ?');
  const counts = { removed: 0, restored: 0, suspect: 0, left: 0 };
  db.exec('begin');
  for (let cursor = 0; ; ) {
    const rows = select.all(syncId, cursor);
    const last = rows.at(-1);
    if (last === undefined) break;
    cursor = Number(last['id']);
    for (const row of rows) {
      const grant = readGrant(row['data'], String(row['external_id']));
      const sources = Object.keys(grant.sources?.sources ?? {});
      const isInherited = sources.length > 0 && !sources.includes(String(row['entitlement_id']));
      if (isInherited) {
        const isSuspect = row['expandable'] === 1 || !hasAnnotation(grant.annotations, GrantImmutableSchema);
        if (isSuspect) counts.suspect += 1;
        if (!isSuspect || !options.preserveSuspects) {
          remove.run(Number(row['id']));
          counts.removed += 1;
          continue;
        }
      } else if (sources.length > 1) {
        delete grant.sources;
        restore.run(encode(GrantSchema, grant), Number(row['id']));
        counts.restored += 1;
      }
      counts.left += 1;
    }
  }
  db.prepare('update v1_grants set needs_expansion = 1 where sync_id = ? and expansion is not null').run(syncId);
  db.exec('commit');
  file.recalculateStats(syncId);
  return counts;
}

function readGrant(data: unknown, id: string): Grant {
  try {
    if (data instanceof Uint8Array) return fromBinary(GrantSchema, data);
  } catch (cause) {
    throw damaged(id, cause);
  }
  throw damaged(id, undefined);
}

function damaged(id: string, cause: unknown): BatonError {
  return new BatonError(Code.DataLoss, `the stored grant “${id}” cannot be read; sync again into a new file`, {
    cause,
  });
}
