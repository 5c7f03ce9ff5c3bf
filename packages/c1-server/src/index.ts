export type { Clock } from './clock.ts';
export type { C1Event, C1Listener } from './events.ts';
export type { HostView } from './host-register.ts';
export { type C1Limits, defaultLimits } from './limits.ts';
export type { Tls } from './listener.ts';
export type { LogFields, Logger } from './logger.ts';
export type { EnqueueOptions, TaskPayload } from './queue/task-queue.ts';
export type { TaskType } from './queue/task-types.ts';
export type { TaskView } from './queue/task-view.ts';
export { type C1Server, type C1ServerOptions, type ConnectorView, createC1Server } from './server.ts';
export { memoryStore } from './store/memory-store.ts';
export { openSqliteStore, type SqliteStore } from './store/sqlite-store.ts';
export * from './store/store.ts';
export {
  type Authority,
  issueCertificate,
  newAuthority,
  type SelfSignedTls,
  selfSignedTls,
} from './tls/certificates.ts';
export { type AssertionStore, verifyAssertion } from './token/assertion.ts';
export type { NewCredential } from './token/credentials.ts';
export { type TokenErrorCode, TokenRefusal } from './token/token-refusal.ts';
