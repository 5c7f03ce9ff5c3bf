import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf, missingSetting, variableOf } from '../domain/connector-config.ts';
import type { ConnectorLogLine } from '../domain/sync-progress.ts';
import { readSecrets, saveSecret } from '../settings/secrets.ts';
import { hostedCredentialOwner } from './change-connector.ts';
import type { ConnectorParts } from './connector-parts.ts';
import type { ConnectorRow } from './connector-rows.ts';
import { clientName } from './credentials.ts';
import { HOSTED } from './folders.ts';
import { HostedProcess } from './hosted-process.ts';
import { readConfig } from './show-connector.ts';
import { writeWhole } from './whole-file.ts';

export interface HostedOptions {
  /** The JavaScript file of `baton-sendgrid`. */
  readonly bin: string;
  /** Authorities that the processes have to trust besides the usual ones, in PEM: that of the listener, those of this machine. */
  readonly trusted: () => string;
  /** The name in the certificate by which a process of this machine reaches the listener. Default `localhost`. */
  readonly localName?: string;
  /** Another address in place of SendGrid: that of the simulator. */
  readonly sendgridBaseUrl?: string | undefined;
}

export interface RunnerParts
  extends Pick<ConnectorParts, 'store' | 'clock' | 'box' | 'c1' | 'configFields' | 'logger'> {
  readonly dataDir: string;
  readonly hosted: HostedOptions;
  readonly onLine: (connectorId: string, line: ConnectorLogLine) => void;
  readonly onExit: (connectorId: string, why: string, inARow: number) => void;
  /** When the process of this name last called for that connector of the protocol; 0 when it never has. */
  readonly lastHeardMs: (c1ConnectorId: string, hostId: string) => Promise<number>;
}

/** A process asks for work every second and reports a running task at least every five minutes: one so silent hangs. */
export const SILENT_MS = 10 * 60_000;

/** Of the console's environment: how to reach the network. Nothing else of it is a connector's business. */
const PASSED_ON = [
  'PATH',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'TZ',
];

/** The processes of hosted connectors: those run that should, with the settings that are saved now. */
export class HostedRunner {
  readonly #parts: RunnerParts;
  readonly #running = new Map<
    string,
    { readonly key: string; readonly process: HostedProcess; readonly sinceMs: number }
  >();

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** The process id of each connector that runs. */
  pids(): ReadonlyMap<string, number> {
    return new Map(
      [...this.#running].flatMap(([id, { process }]) => (process.pid === undefined ? [] : [[id, process.pid]])),
    );
  }

  /** @param port where the listener for connectors is now */
  async reconcile(port: string): Promise<void> {
    const rows = await this.#parts.store.db
      .selectFrom('connectors')
      .selectAll()
      .where('deleted_ms', 'is', null)
      .where('catalog_id', '=', 'sendgrid')
      .where('status', 'not in', ['PAUSED', 'NOT_CONNECTED'])
      .execute();
    const wanted = new Set(rows.map(({ id }) => id));
    await Promise.all([...this.#running.keys()].filter((id) => !wanted.has(id)).map((id) => this.#stop(id)));
    for (const row of rows) {
      try {
        await this.#stopSilent(row);
        await this.#keepRunning(row, port);
      } catch (error) {
        this.#parts.logger.error('a hosted connector could not be started', { connector_id: row.id, error });
      }
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((id) => this.#stop(id)));
  }

  async #stopSilent(row: ConnectorRow): Promise<void> {
    const { clock, lastHeardMs, onLine } = this.#parts;
    const running = this.#running.get(row.id);
    if (running === undefined || clock.now() - running.sinceMs < SILENT_MS) return;
    const heardMs = Math.max(running.sinceMs, await lastHeardMs(row.c1_connector_id, hostIdOf(row)));
    if (clock.now() - heardMs < SILENT_MS) return;
    const message = `The connector's process has been silent for ${SILENT_MS / 60_000} minutes. It is started again.`;
    onLine(row.id, { level: 'error', message, fields: {} });
    await this.#stop(row.id);
  }

  async #stop(connectorId: string): Promise<void> {
    const running = this.#running.get(connectorId);
    this.#running.delete(connectorId);
    await running?.process.stop();
  }

  async #keepRunning(row: ConnectorRow, port: string): Promise<void> {
    const { store, box, clock, configFields, dataDir, hosted, onLine, onExit } = this.#parts;
    const saved = await readSecrets(store.db, box, row.id);
    const values = readConfig(row);
    if (
      missingSetting(await configFields('sendgrid'), { values, secrets: new Set(Object.keys(saved)) }) !== undefined
    ) {
      await this.#stop(row.id);
      return;
    }
    const settings = {
      ...environmentOf(values),
      ...Object.fromEntries(Object.entries(saved).map(([name, value]) => [variableOf(name), value])),
      BATON_PROVISIONING: row.provisioning === 1 ? 'true' : 'false',
      BATON_C1_API_HOST: `${hosted.localName ?? 'localhost'}:${port}`,
    };
    const trusted = hosted.trusted();
    const key = createHash('sha256').update(JSON.stringify({ settings, trusted })).digest('hex');
    if (this.#running.get(row.id)?.key === key) return;
    await this.#stop(row.id);
    const { clientId, clientSecret } = await this.#credential(row);
    const cwd = join(dataDir, HOSTED, row.id);
    const trustedPath = join(cwd, 'trusted.pem');
    mkdirSync(cwd, { recursive: true, mode: 0o700 });
    writeWhole(trustedPath, trusted);
    const passedOn = PASSED_ON.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const runner = new HostedProcess({
      bin: hosted.bin,
      cwd,
      clock,
      secrets: [...Object.values(saved), clientSecret],
      env: {
        ...Object.fromEntries(passedOn),
        ...settings,
        BATON_CLIENT_ID: clientId,
        BATON_CLIENT_SECRET: clientSecret,
        BATON_HOST_ID: hostIdOf(row),
        BATON_LOG_FORMAT: 'json',
        BATON_TMPDIR: cwd,
        XDG_STATE_HOME: cwd,
        ...(trusted !== '' && { NODE_EXTRA_CA_CERTS: trustedPath }),
        ...(hosted.sendgridBaseUrl !== undefined && { BATON_SENDGRID_BASE_URL: hosted.sendgridBaseUrl }),
      },
      onLine: (line) => onLine(row.id, line),
      onExit: (why, inARow) => onExit(row.id, why, inARow),
    });
    this.#running.set(row.id, { key, process: runner, sinceMs: clock.now() });
  }

  /** Its own, made once; the secret is kept sealed, since only the console can give it to the process. */
  async #credential(row: ConnectorRow): Promise<{ readonly clientId: string; readonly clientSecret: string }> {
    const { store, box, clock, c1, hosted } = this.#parts;
    const owner = hostedCredentialOwner(row.id);
    const [known] = Object.entries(await readSecrets(store.db, box, owner));
    if (known !== undefined) return { clientId: known[0], clientSecret: known[1] };
    const host = hosted.localName ?? 'localhost';
    const made = await c1.createCredential({ name: clientName(row), host, connectorId: row.c1_connector_id });
    await store.transaction((trx) =>
      saveSecret(trx, box, {
        owner,
        name: made.clientId,
        value: made.clientSecret,
        savedBy: '',
        nowMs: clock.now(),
      }),
    );
    return made;
  }
}

function hostIdOf({ id }: ConnectorRow): string {
  return `hosted-${id}`;
}
