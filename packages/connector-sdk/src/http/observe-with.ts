import { codeName } from '@baton-ts/protocol/errors';
import type { Logger } from '../logger.ts';
import type { HttpObserver } from './observer.ts';

/** One observer that tells each of the given ones. */
export function observeWith(...observers: readonly HttpObserver[]): Required<HttpObserver> {
  return {
    onRequest: (call) => observers.forEach((one) => one.onRequest?.(call)),
    onResponse: (call) => observers.forEach((one) => one.onResponse?.(call)),
    onNoAnswer: (call) => observers.forEach((one) => one.onNoAnswer?.(call)),
    onRetry: (call) => observers.forEach((one) => one.onRetry?.(call)),
    onWait: (wait) => observers.forEach((one) => one.onWait?.(wait)),
  };
}

/** An observer that logs each answer, for who looks closely. */
export function requestLog(logger: Pick<Logger, 'debug'>): HttpObserver {
  return {
    onResponse({ method, route, status, elapsedMs }) {
      logger.debug(`${method} ${route} answered ${status}`, { elapsed_ms: Math.round(elapsedMs) });
    },
    onNoAnswer({ method, route, code, elapsedMs }) {
      logger.debug(`${method} ${route} had no answer: ${codeName(code)}`, { elapsed_ms: Math.round(elapsedMs) });
    },
  };
}
