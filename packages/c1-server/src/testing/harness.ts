import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type C1Server, type C1ServerOptions, createC1Server } from '../server.ts';
import { memoryStore } from '../store/memory-store.ts';
import type { C1Store } from '../store/store.ts';
import { selfSignedTls } from '../tls/certificates.ts';
import type { NewCredential } from '../token/credentials.ts';
import { type Access, connectClient, fetchToken, type TestClient } from './client.ts';

/** Made once: keys take a while. */
export const tls = selfSignedTls({ hosts: ['127.0.0.1', 'localhost'] });

/** Polls that find nothing are answered at once, so that no test waits. */
const quick = { pollWaitMs: 0, idleNextPollMs: 1, busyNextPollMs: 1, retryDelayMs: 0 };

export interface World {
  readonly server: C1Server;
  readonly store: C1Store;
  readonly folder: string;
  readonly connectorId: string;
  readonly access: Access & { readonly credential: NewCredential };
  readonly client: TestClient;
  /** Stops the server and starts another one with the same store at the same port. */
  restart(changes?: Partial<C1ServerOptions>): Promise<void>;
}

/** A server that listens, with one connector, and a client that was let in. */
export async function startWorld(t: TestContext, options: Partial<C1ServerOptions> = {}): Promise<World> {
  const folder = options.uploadsDir ?? tempFolder(t);
  const store = options.store ?? memoryStore();
  const make = (changes: Partial<C1ServerOptions>): C1Server =>
    createC1Server({ tls, store, uploadsDir: folder, ...options, ...changes, limits: { ...quick, ...options.limits } });
  let server = make({});
  t.after(() => server.close());
  await server.listen();
  const url = server.url ?? '';
  const credential = await server.createCredential({ name: 'demo' });
  const access = { url, ca: tls.ca, credential };
  const client = connectClient(
    access,
    await fetchToken(access, options.clock === undefined ? {} : { nowMs: options.clock.now() }),
  );
  t.after(() => client[Symbol.dispose]());
  return {
    get server() {
      return server;
    },
    store,
    folder,
    connectorId: credential.connectorId,
    access,
    client,
    async restart(changes = {}) {
      await server.close();
      server = make({ port: Number(new URL(url).port), ...changes });
      await server.listen();
    },
  };
}

export function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-c1-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const hello = (hostId: string) => ({
  hostId,
  connectorMetadata: { displayName: 'Demo' },
  buildInfo: { langVersion: 'v26', package: 'demo', packageVersion: '1.0.0' },
  osInfo: { hostname: hostId, os: 'linux' },
});

export const success = (hostId: string, taskId: string) => ({
  hostId,
  taskId,
  finalState: { case: 'success' as const, value: {} },
});

export const failure = (hostId: string, taskId: string, nonRetryable = false, message = 'it broke') => ({
  hostId,
  taskId,
  status: { code: 2, message },
  finalState: { case: 'error' as const, value: { nonRetryable } },
});
