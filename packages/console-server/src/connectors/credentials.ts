import { X509Certificate } from 'node:crypto';
import type { ConnectorListener, connectorCredential } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { RequestContext } from '../domain/actor.ts';
import { readCredential, writeRecord } from '../store/c1-records.ts';
import type { Tables } from '../store/tables.ts';
import type { ConnectorParts } from './connector-parts.ts';
import { asTarget, type ConnectorAddress, type ConnectorRow, getForChange, peopleById } from './connector-rows.ts';
import { time, timeOrNull } from './show-connector.ts';

export type Credential = z.infer<typeof connectorCredential>;

/** Beside each other while a process is moved to a new one; more are forgotten ones. */
const MOST_VALID = 10;

/** The credentials of connectors that run elsewhere. Those of hosted connectors are the console's own affair. */
export class Credentials {
  readonly #parts: ConnectorParts;

  constructor(parts: ConnectorParts) {
    this.#parts = parts;
  }

  /**
   * Makes a new one. Those before stay valid until they are revoked, so that a running connector can be moved to it.
   * The secret is in this answer and nowhere else: the console keeps the public half.
   */
  async rotate(
    address: ConnectorAddress,
    context: RequestContext,
  ): Promise<{ readonly credential: Credential; readonly clientSecret: string }> {
    const { store, c1, audit, connectorHost } = this.#parts;
    const row = await store.transaction((trx) => getForChange(store, trx, address, context.actor));
    checkSelfHosted(row);
    const valid = (await this.list(row)).filter(({ revokedAt }) => revokedAt === null);
    if (valid.length >= MOST_VALID) {
      throw new BatonError(
        Code.FailedPrecondition,
        `${MOST_VALID} credentials are valid. Revoke those that nobody uses.`,
      );
    }
    const { clientId, clientSecret } = await c1.createCredential({
      name: clientName(row),
      host: connectorHost,
      connectorId: row.c1_connector_id,
    });
    try {
      await store.transaction(async (trx) => {
        await trx
          .updateTable('c1_credentials')
          .set({ created_by: context.actor.id })
          .where('client_id', '=', clientId)
          .execute();
        await audit.append(trx, context, {
          action: 'connector.credential_created',
          target: asTarget(row),
          after: { clientId },
        });
      });
    } catch (error) {
      await c1.revokeCredential(clientId);
      throw error;
    }
    return { credential: await this.#find(row, clientId), clientSecret };
  }

  async list(row: ConnectorRow): Promise<Credential[]> {
    if (row.catalog_id !== 'baton') return [];
    const { db } = this.#parts.store;
    const rows = await db
      .selectFrom('c1_credentials')
      .select(['record', 'created_by', 'last_used_ms'])
      .where('connector_id', '=', row.c1_connector_id)
      .orderBy('seq', 'desc')
      .execute();
    const people = await peopleById(
      db,
      rows.map(({ created_by }) => created_by),
    );
    return rows.map(({ record, created_by, last_used_ms }) => {
      const { clientId, createdAtMs, revokedAtMs } = readCredential({ record });
      return {
        clientId,
        createdAt: time(createdAtMs),
        createdBy: people.get(created_by) ?? null,
        lastUsedAt: timeOrNull(last_used_ms),
        revokedAt: timeOrNull(revokedAtMs ?? null),
      };
    });
  }

  /** @throws BatonError `NotFound` for one of another connector */
  async revoke(address: ConnectorAddress, clientId: string, context: RequestContext): Promise<Credential> {
    const { store, c1, audit } = this.#parts;
    const row = await store.transaction((trx) => getForChange(store, trx, address, context.actor));
    checkSelfHosted(row);
    const credential = await this.#find(row, clientId);
    if (credential.revokedAt !== null) return credential;
    await c1.revokeCredential(clientId);
    await store.transaction((trx) =>
      audit.append(trx, context, {
        action: 'connector.credential_revoked',
        target: asTarget(row),
        after: { clientId },
      }),
    );
    return await this.#find(row, clientId);
  }

  async #find(row: ConnectorRow, clientId: string): Promise<Credential> {
    const found = (await this.list(row)).find((credential) => credential.clientId === clientId);
    if (found !== undefined) return found;
    throw new BatonError(Code.NotFound, 'The connector has no credential with this client id.');
  }
}

/** What a process that runs elsewhere has to know to reach the console and to believe that it is the console. */
export function showListener({ connectorHost, authority: read }: ConnectorParts): ConnectorListener {
  const authority = read();
  return {
    host: connectorHost,
    authority: authority ?? null,
    authorityValidUntil: authority === undefined ? null : time(Date.parse(new X509Certificate(authority).validTo)),
  };
}

/** Together with the deletion of the connector: no crash leaves credentials that still open something. */
export async function revokeAll(trx: Transaction<Tables>, c1ConnectorId: string, nowMs: number): Promise<void> {
  const rows = await trx
    .selectFrom('c1_credentials')
    .select(['client_id', 'record'])
    .where('connector_id', '=', c1ConnectorId)
    .execute();
  for (const { client_id, record } of rows) {
    const credential = readCredential({ record });
    if (credential.revokedAtMs !== undefined) continue;
    await trx
      .updateTable('c1_credentials')
      .set({ record: writeRecord({ ...credential, revokedAtMs: nowMs }) })
      .where('client_id', '=', client_id)
      .execute();
  }
}

/** In front of the `@` of a client id (`service-protocol.md §1`). */
export function clientName({ display_name }: Pick<ConnectorRow, 'display_name'>): string {
  const plain = display_name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  return plain === '' ? 'connector' : plain;
}

function checkSelfHosted({ catalog_id, display_name }: ConnectorRow): void {
  if (catalog_id === 'baton') return;
  throw new BatonError(
    Code.FailedPrecondition,
    `${display_name} runs inside the console and needs no credential. Add the connector Baton for one that you run.`,
  );
}
