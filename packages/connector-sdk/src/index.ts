export * from './connector.ts';
export * from './config-fields.ts';
export * from './http/http-client.ts';
export * from './logger.ts';
export * from './secret.ts';
export { BatonError, Code } from '@baton-ts/protocol';
