import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  type C1Server,
  type C1ServerOptions,
  type C1Store,
  createC1Server,
  memoryStore,
  type NewCredential,
  selfSignedTls,
} from '@baton-ts/c1-server';
import { type Clock, systemClock } from '../../http/clock.ts';
import { parseClientSecret } from '../../provision/credentials/client-secret-key.ts';
import { Secret } from '../../secret.ts';
import { type Channel, type ChannelOptions, openChannel } from '../channel.ts';
import { type ClientId, readClientId } from '../credentials.ts';
import { Trust } from '../trust.ts';

/** The names under which tests reach their servers; the last one through a proxy only. Made once: keys take a while. */
export const tls = selfSignedTls({ hosts: ['127.0.0.1', 'localhost', 'c1.example'] });
export const trust = new Trust([tls.ca]);

/** Polls that find nothing are answered at once, so that no test waits. */
const quick = { pollWaitMs: 0, idleNextPollMs: 1, busyNextPollMs: 1, retryDelayMs: 0 };

/** What it takes to be let in. */
export interface Access {
  readonly clientId: ClientId;
  readonly key: ChannelOptions['key'];
}

export interface TestC1 extends Access {
  readonly server: C1Server;
  readonly store: C1Store;
  readonly credential: NewCredential;
  /** Stops the server; `start` brings it back at the same port with what it had stored. */
  stop(): Promise<void>;
  start(changes?: Partial<C1ServerOptions>): Promise<void>;
}

/** A C1 that listens at 127.0.0.1, with one credential. */
export async function startC1(t: TestContext, options: Partial<C1ServerOptions> = {}): Promise<TestC1> {
  const store = options.store ?? memoryStore();
  const uploadsDir = options.uploadsDir ?? tempFolder(t);
  const make = (changes: Partial<C1ServerOptions>): C1Server =>
    createC1Server({ tls, store, uploadsDir, ...options, ...changes, limits: { ...quick, ...options.limits } });
  let server = make({});
  t.after(() => server.close());
  await server.listen();
  const port = Number(new URL(server.url ?? '').port);
  const credential = await server.createCredential({ name: 'quick-otter' });
  return {
    get server() {
      return server;
    },
    store,
    credential,
    clientId: readClientId(credential.clientId, '--client-id', {}),
    key: parseClientSecret(new Secret(credential.clientSecret)),
    stop: () => server.close(),
    async start(changes = {}) {
      server = make({ port, ...changes });
      await server.listen();
    },
  };
}

export interface ChannelChanges {
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly clientId?: ClientId;
  readonly key?: ChannelOptions['key'];
}

/** A channel of the connector to that C1. */
export function channelTo(t: TestContext, c1: Access, changes: ChannelChanges = {}): Channel {
  const { clientId, key } = c1;
  const channel = openChannel({ clientId, key, trust, env: {}, clock: systemClock, ...changes });
  t.after(() => channel.close());
  return channel;
}

export function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-service-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
