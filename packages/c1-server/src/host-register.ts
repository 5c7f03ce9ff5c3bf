import { type BatonServiceHelloRequest, BatonServiceHelloRequestSchema } from '@baton-ts/protocol/connectorapi-v1';
import { fromBinary } from '@bufbuild/protobuf';
import type { Clock } from './clock.ts';
import { KeyedLock } from './queue/keyed-lock.ts';
import type { C1Store, HostRecord } from './store/store.ts';

/** One running process of a connector. */
export interface HostView {
  readonly hostId: string;
  /** Milliseconds since 1970. At most 30 s behind. */
  readonly lastSeenMs: number;
  readonly helloAtMs: number | undefined;
  /** Its metadata, build and operating system; undefined when it has not introduced itself. */
  readonly hello: BatonServiceHelloRequest | undefined;
}

/** A poll every second is not worth a write to the disk every second. */
const WRITE_EVERY_MS = 30_000;

/** Containers get a new host name at each start: older ones are forgotten. */
const MAX_HOSTS = 100;

/** Remembers which hosts work for a connector, and when each was last heard. */
export class HostRegister {
  readonly #store: C1Store;
  readonly #clock: Clock;
  readonly #lock = new KeyedLock();
  /** By connector and host: when the store last heard of it. */
  readonly #written = new Map<string, number>();

  constructor(store: C1Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async seen(connectorId: string, hostId: string): Promise<void> {
    const lastSeenMs = this.#clock.now();
    const written = this.#written.get(key(connectorId, hostId));
    if (written !== undefined && lastSeenMs - written < WRITE_EVERY_MS) return;
    await this.#lock.run(connectorId, async () => {
      const before = (await this.#store.hosts(connectorId)).find((host) => host.hostId === hostId);
      await this.#write({ helloAtMs: undefined, hello: undefined, ...before, connectorId, hostId, lastSeenMs });
    });
  }

  /** @param hello the request, encoded */
  async introduced(connectorId: string, hostId: string, hello: Uint8Array): Promise<void> {
    const now = this.#clock.now();
    const host = { connectorId, hostId, lastSeenMs: now, helloAtMs: now, hello };
    await this.#lock.run(connectorId, async () => await this.#write(host));
  }

  /** The one that was heard last comes first. */
  async hosts(connectorId: string): Promise<HostView[]> {
    return (await this.#newestFirst(connectorId)).map(({ hostId, lastSeenMs, helloAtMs, hello }) => ({
      hostId,
      lastSeenMs,
      helloAtMs,
      hello: hello === undefined ? undefined : fromBinary(BatonServiceHelloRequestSchema, hello),
    }));
  }

  async #write(host: HostRecord): Promise<void> {
    const { connectorId, hostId } = host;
    this.#written.set(key(connectorId, hostId), host.lastSeenMs);
    await this.#store.putHost(host);
    for (const old of (await this.#newestFirst(connectorId)).slice(MAX_HOSTS)) {
      this.#written.delete(key(connectorId, old.hostId));
      await this.#store.deleteHost(connectorId, old.hostId);
    }
  }

  async #newestFirst(connectorId: string): Promise<HostRecord[]> {
    return [...(await this.#store.hosts(connectorId))].sort((a, b) => b.lastSeenMs - a.lastSeenMs);
  }
}

const key = (connectorId: string, hostId: string): string => `${connectorId}/${hostId}`;
