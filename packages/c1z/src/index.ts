export { type OpenC1zOptions, openC1z } from './open.ts';
export { type C1zReader, type OpenC1zReaderOptions, openC1zReader } from './open-reader.ts';
export * from './store.ts';
