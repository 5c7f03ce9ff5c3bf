import { randomBytes } from 'node:crypto';
import type { C1Store, ConnectorRecord, CredentialRecord, HostRecord, TaskRecord } from './store.ts';

/** Length of the key that access tokens are signed with: that of the hash (RFC 7518 §3.2). */
export const TOKEN_KEY_BYTES = 32;

/** A store that forgets with the process. A second server can go on with it where the first one stopped. */
export function memoryStore(): C1Store {
  const tokenKey = randomBytes(TOKEN_KEY_BYTES);
  const connectors = new Map<string, ConnectorRecord>();
  const credentials = new Map<string, CredentialRecord>();
  const hosts = new Map<string, Map<string, HostRecord>>();
  const tasks = new Map<string, TaskRecord>();
  /** By connector. A task keeps its place while it is open. */
  const open = new Map<string, Map<string, TaskRecord>>();
  const leased = new Map<string, TaskRecord>();
  const openOf = (connectorId: string): Map<string, TaskRecord> =>
    open.get(connectorId) ?? new Map<string, TaskRecord>();
  const nonces = new Map<string, Map<string, number>>();

  return {
    tokenKey: async () => tokenKey,

    putConnector: async (connector) => void connectors.set(connector.id, connector),
    connector: async (id) => connectors.get(id),
    connectors: async () => [...connectors.values()],

    putCredential: async (credential) => void credentials.set(credential.clientId, credential),
    credential: async (clientId) => credentials.get(clientId),
    credentials: async (connectorId) => [...credentials.values()].filter((one) => one.connectorId === connectorId),

    async putHost(host) {
      const known = hosts.get(host.connectorId) ?? new Map<string, HostRecord>();
      hosts.set(host.connectorId, known.set(host.hostId, host));
    },
    deleteHost: async (connectorId, hostId) => void hosts.get(connectorId)?.delete(hostId),
    hosts: async (connectorId) => [...(hosts.get(connectorId)?.values() ?? [])],

    async putTask(task) {
      const { id, connectorId, state } = task;
      tasks.set(id, task);
      const ofConnector = openOf(connectorId);
      open.set(connectorId, ofConnector);
      if (state === 'pending' || state === 'leased') ofConnector.set(id, task);
      else ofConnector.delete(id);
      if (state === 'leased') leased.set(id, task);
      else leased.delete(id);
    },
    task: async (id) => tasks.get(id),
    dueTasks: async (connectorId, { nowMs, limit, withoutSyncs }) =>
      openOf(connectorId)
        .values()
        .filter((task) => task.state === 'pending' && task.notBeforeMs <= nowMs)
        .filter((task) => !withoutSyncs || task.type !== 'syncFull')
        .take(limit)
        .toArray(),
    async nextDueMs(connectorId, nowMs) {
      const later = [...openOf(connectorId).values()].filter(
        (one) => one.state === 'pending' && one.notBeforeMs > nowMs,
      );
      return later.length === 0 ? undefined : later.reduce((least, one) => Math.min(least, one.notBeforeMs), Infinity);
    },
    leasedTasks: async (connectorId) =>
      [...leased.values()].filter((task) => connectorId === undefined || task.connectorId === connectorId),
    openTaskWithKey: async (connectorId, dedupeKey) =>
      openOf(connectorId)
        .values()
        .find((task) => task.dedupeKey === dedupeKey),
    tasks: async (connectorId, limit) =>
      [...tasks.values()]
        .filter((task) => task.connectorId === connectorId)
        .toReversed()
        .slice(0, limit),

    async rememberNonce({ clientId, nonce, untilMs }, nowMs, max) {
      const remembered = nonces.get(clientId) ?? new Map<string, number>();
      nonces.set(clientId, remembered);
      for (const [old, oldUntilMs] of remembered) if (oldUntilMs < nowMs) remembered.delete(old);
      if (remembered.has(nonce)) return 'seen';
      if (remembered.size >= max) return 'full';
      remembered.set(nonce, untilMs);
      return 'new';
    },
  };
}
