import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import type { Authentication } from '../auth/authentication.ts';
import { may } from '../domain/permissions.ts';
import type { Store } from '../store/store.ts';
import type { Metrics } from './metrics.ts';

export interface OperationParts {
  readonly store: Store;
  readonly metrics: Metrics | undefined;
  readonly authentication: Pick<Authentication, 'authenticate'>;
}

/**
 * For whoever keeps the process running: `/healthz` (the process answers), `/readyz` (and so does the database, whose tables
 * are up to date since the start), `/metrics`.
 */
export function registerOperations(app: FastifyInstance, { store, metrics, authentication }: OperationParts): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ok());
  app.get('/readyz', { schema: { hide: true } }, async () => {
    try {
      await sql`select 1`.execute(store.db);
    } catch (cause) {
      throw new BatonError(Code.Unavailable, 'The database does not answer.', { cause });
    }
    return ok();
  });
  if (metrics === undefined) return;
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    await checkMayRead(request);
    return await reply.type(metrics.contentType).send(await metrics.text());
  });

  /** From this machine, or with an API key that may read the settings. */
  async function checkMayRead(request: FastifyRequest): Promise<void> {
    if (/^(127\.|::1$|::ffff:127\.)/.test(request.ip)) return;
    const who = await authentication.authenticate(request);
    if (who !== undefined && may(who.actor, 'settings.read')) return;
    throw new BatonError(
      Code.PermissionDenied,
      'Metrics are for this machine, and for API keys of people who may read the settings.',
    );
  }
}

function ok(): string {
  return JSON.stringify({ status: 'ok' });
}
