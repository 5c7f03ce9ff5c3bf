export * from './annotations.ts';
export * from './encode.ts';
export * from './errors.ts';
export * from './json.ts';
export * from './registry.ts';
