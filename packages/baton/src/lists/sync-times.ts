import type { SyncRun } from '@baton-ts/c1z';
import { create } from '@bufbuild/protobuf';
import { type Timestamp, TimestampSchema, timestampFromDate } from '@bufbuild/protobuf/wkt';

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
  const { syncId, syncToken, syncType, parentSyncId } = run;
  const startedAt = instant(run.startedAt, run.startedNanos);
  const endedAt = run.endedAt === undefined ? undefined : instant(run.endedAt, run.endedNanos ?? 0);
  return {
    id: syncId,
    startedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    syncToken,
    syncType,
    parentSyncId,
  };
}

function instant(time: Date, nanos: number): Timestamp {
  return create(TimestampSchema, { seconds: timestampFromDate(time).seconds, nanos });
}
