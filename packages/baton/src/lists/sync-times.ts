import type { SyncRun } from '@baton-ts/c1z';
import { type Timestamp, timestampFromDate } from '@bufbuild/protobuf/wkt';

/** An instant for a table; empty when it has not come. */
export function timeCell(time: Date | undefined): string {
  return time === undefined ? '' : time.toISOString();
}

/** The fields that every output message of a sync has in common. */
export function syncFields(run: SyncRun): {
  id: string;
  startedAt: Timestamp;
  endedAt?: Timestamp;
  syncToken: string;
  syncType: string;
  parentSyncId: string;
} {
  const { syncId, startedAt, endedAt, syncToken, syncType, parentSyncId } = run;
  return {
    id: syncId,
    startedAt: timestampFromDate(startedAt),
    ...(endedAt === undefined ? {} : { endedAt: timestampFromDate(endedAt) }),
    syncToken,
    syncType,
    parentSyncId,
  };
}
