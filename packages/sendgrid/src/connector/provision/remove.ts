import { BatonError, type ChangeOutcome, type ChangeRequest, Code } from '@baton-ts/connector-sdk';
import { saysNotFound } from '../../api/errors.ts';
import type { Write } from '../../api/writes.ts';
import type { Source } from '../source.ts';
import { announceChange, lostAndUndone, lostButDone, readBack, sendOnce } from './carry-out.ts';
import { capital } from './person.ts';

/** Something that is there and is to go. */
export interface Removal {
  /** For a sentence: `the API key "Orders"`. */
  readonly name: string;
  readonly write: Write;
  /** What it gives or holds, as names. */
  readonly before: readonly string[];
  /** Whether a read still shows it. */
  readonly isThere: () => Promise<boolean>;
}

/** Deletes it, and believes only a read that it is gone. Undefined: SendGrid did not find it any more. */
export async function remove(
  source: Source,
  { name, write, before, isThere }: Removal,
  request: ChangeRequest,
): Promise<ChangeOutcome | undefined> {
  await announceChange(source, { summary: `${capital(write.doing)}.`, writes: [write], before, after: [] }, request);
  let lost: BatonError | undefined;
  try {
    lost = await sendOnce(source, write, request);
  } catch (error) {
    if (saysNotFound(error)) return undefined;
    throw error;
  }
  if (!(await readBack(write, isThere))) return { notes: lostButDone(lost) };
  if (lost) throw lostAndUndone(lost);
  throw new BatonError(
    Code.Aborted,
    `SendGrid said that it deleted ${name}, but a read shows that it is there still. Sync, look, and repeat if it is still wanted.`,
  );
}
