import { BatonError, Code } from '@baton-ts/protocol/errors';

/**
 * Says for a person what went wrong with a file. `doing` begins the sentence: `saving sync.c1z`.
 * A full disk and a folder that cannot be written have their own advice; what is known already passes through.
 */
export function fileError(error: unknown, doing: string): BatonError {
  if (BatonError.is(error)) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const sqliteCode = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
  const options = { cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT' || sqliteCode === SQLITE_FULL) {
    return new BatonError(Code.ResourceExhausted, `${doing}: the disk is full. Free some space and run again`, options);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new BatonError(Code.PermissionDenied, `${doing}: this user may not write or read there`, options);
  }
  if (code === 'EROFS')
    return new BatonError(Code.PermissionDenied, `${doing}: that file system is read-only`, options);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new BatonError(Code.NotFound, `${doing}: the folder does not exist. Create it first`, options);
  }
  if (sqliteCode === SQLITE_CORRUPT || sqliteCode === SQLITE_NOTADB) {
    return new BatonError(
      Code.DataLoss,
      `${doing}: the database inside is damaged. Sync again into a new file`,
      options,
    );
  }
  return BatonError.from(error, doing);
}

/** Result codes of SQLite. */
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;
