import { type C1zReader, type Finding, type GrantsSince, openC1zReader, type SyncReader } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol/errors';

/** So many findings are named; the others are counted. */
const FINDINGS_NAMED = 3;
/** What a connector may say twice is applied once (`governance.md §1.4`). */
const tolerated: ReadonlySet<string> = new Set(['grant-twice']);

export interface UploadOptions {
  readonly tempDir?: string | undefined;
  readonly signal: AbortSignal;
  /** A file that was found good without a warning: what the uploaded one has in the same words is not checked again. */
  readonly earlier?: string | undefined;
}

export interface CheckedUpload {
  readonly sync: SyncReader;
  /** What is not as it should be and does no harm. */
  readonly warnings: readonly string[];
  /** What is other than in the earlier file; `undefined` when they were not compared. */
  readonly since: GrantsSince | undefined;
}

/**
 * Unpacks an uploaded file, checks it as `baton verify` does, and runs `work` on its newest sync, which has to be a whole one.
 *
 * @throws BatonError with what is wrong, to be shown to whoever looks after the connector
 */
export async function withCheckedSync<T>(
  path: string,
  { tempDir, signal, earlier }: UploadOptions,
  work: (checked: CheckedUpload) => Promise<T>,
): Promise<T> {
  const file = await openC1zReader(path, { name: 'The uploaded file', tempDir, signal, earlier });
  try {
    const since = await file.verifySince({ signal });
    const warnings = since === undefined ? await check(file, signal) : [];
    const sync = file.reader();
    if (sync === undefined || sync.run.syncType !== 'full' || sync.run.endedAt === undefined) {
      throw new BatonError(
        Code.InvalidArgument,
        'The uploaded file holds no finished sync of everything, so it does not tell what is gone. Sync again.',
      );
    }
    return await work({ sync, warnings, since });
  } finally {
    await file.close();
  }
}

async function check(file: C1zReader, signal: AbortSignal): Promise<string[]> {
  const errors = new Map<string, string>();
  const warnings = new Map<string, number>();
  let count = 0;
  const report = ({ severity, rule, where, message }: Finding): void => {
    if (severity === 'warning' || tolerated.has(rule)) {
      warnings.set(rule, (warnings.get(rule) ?? 0) + 1);
      return;
    }
    count += 1;
    if (errors.size < FINDINGS_NAMED && !errors.has(rule)) errors.set(rule, `${where}: ${message}`);
  };
  const { hasContent } = await file.verify({ report, signal });
  if (!hasContent) throw new BatonError(Code.InvalidArgument, 'The uploaded file is empty.');
  if (count > 0) {
    const named = [...errors.values()].map((text) => text.slice(0, 300).toWellFormed());
    const more = count > named.length ? ` (${count} in all)` : '';
    throw new BatonError(Code.InvalidArgument, `The uploaded file is damaged or wrong: ${named.join('; ')}${more}.`);
  }
  return [...warnings].map(
    ([rule, times]) => `The uploaded file is not quite as the format demands: ${rule} (${times})`,
  );
}
