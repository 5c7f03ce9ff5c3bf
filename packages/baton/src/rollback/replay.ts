import { setImmediate } from 'node:timers/promises';
import { differences, ExpandableGrants, expandGrants, type SyncReader, type SyncWriter } from '@baton-ts/c1z';
import type { Grant } from '@baton-ts/protocol/connector-v2';
import { allPages } from '../lists/pages.ts';
import { note } from '../output/note.ts';

/** After so many steps the event loop gets a turn, so that Ctrl-C is heard. */
const STEPS_PER_TURN = 1000;

/** Expands the grants of a sync whose expansion was taken back. Returns how many grants were written. */
export async function replayExpansion(sync: SyncWriter, signal: AbortSignal): Promise<number> {
  let steps = 0;
  const pause = async (): Promise<void> => {
    steps += 1;
    if (steps % STEPS_PER_TURN !== 0) return;
    await setImmediate();
    signal.throwIfAborted();
  };
  const expandable = new ExpandableGrants();
  for (const grant of allPages((page) => sync.grants(page))) {
    expandable.add([grant]);
    await pause();
  }
  let written = 0;
  await expandGrants(sync, expandable, {
    warn: note,
    pause,
    afterBatch: async (grants) => {
      written += grants;
      await setImmediate();
      signal.throwIfAborted();
    },
  });
  return written;
}

/**
 * Which grants of the file are not as expansion gives them now, by their ids. Only who holds what through what counts: files of
 * older writers do not say whether a source is direct.
 */
export function* notAsBefore(before: SyncReader, now: SyncReader): Generator<string> {
  for (const difference of differences(before, now, 'grants')) {
    if (difference.change !== 'modified' || meaning(difference.before.read()) !== meaning(difference.after.read())) {
      yield difference.id;
    }
  }
}

function meaning({ entitlement, principal, sources }: Grant): string {
  const { resourceType, resource } = principal?.id ?? {};
  return JSON.stringify([entitlement?.id, resourceType, resource, Object.keys(sources?.sources ?? {}).toSorted()]);
}
