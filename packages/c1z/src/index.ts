export { type Difference, differences, type RowKinds } from './differences.ts';
export { fileError } from './file-errors.ts';
export { type OpenC1zOptions, openC1z } from './open.ts';
export { type C1zReader, type OpenC1zReaderOptions, openC1zReader } from './open-reader.ts';
export { removeC1z } from './remove.ts';
export * from './store.ts';
export type { Finding, Report } from './verify/finding.ts';
export { type VerifyOptions, type VerifySummary, verifyC1z } from './verify/verify-c1z.ts';
export { alreadyExists, copyC1z, editC1z, emptyC1z, type NewFile, unpackC1z, type WholeFile } from './whole-file.ts';
