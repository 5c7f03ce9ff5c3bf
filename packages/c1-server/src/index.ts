export { BatonError, Code } from '@baton-ts/protocol/errors';
