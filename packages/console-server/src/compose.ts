import { X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import { Server as SecureServer } from 'node:tls';
import type { Logger } from '@baton-ts/c1-server';
import type { ConfigField } from '@baton-ts/console-api';
import type { Transaction } from 'kysely';
import { settingsRoutes } from './administration/settings-routes.ts';
import { systemLogRoutes } from './administration/system-log-routes.ts';
import { appRoutes } from './apps/app-routes.ts';
import { Anchors } from './audit/anchors.ts';
import { createAuditLog } from './audit/append.ts';
import { checkDaily } from './audit/daily-check.ts';
import type { Clock } from './clock.ts';
import { readConfigSchema } from './connectors/config-schema.ts';
import { ConnectorService } from './connectors/connector-service.ts';
import { findHostedProgram } from './connectors/hosted-program.ts';
import { ownCertificate } from './connectors/own-certificate.ts';
import { connectorRoutes } from './connectors/routes.ts';
import type { ServedTls } from './connectors/served-tls.ts';
import { mergeRoutes } from './http/api-routes.ts';
import { createServer, MIN_TLS } from './http/create-server.ts';
import { createMetrics } from './http/metrics.ts';
import { ingestAside } from './ingestion/ingest-aside.ts';
import { rematch, rematchAccounts, rematchInSteps } from './ingestion/rematch.ts';
import { deliverMails } from './mail/mail-worker.ts';
import { createMailer } from './mail/outbox.ts';
import { OwnersFollowPeople } from './people/owners-follow-people.ts';
import { peopleServices } from './people/people-services.ts';
import { organizationSetting } from './settings/organization.ts';
import { openKeyRing, secretBox } from './settings/secret-box.ts';
import { readSetting } from './settings/settings.ts';
import { c1Store } from './store/c1-store.ts';
import { withPatience } from './store/patience.ts';
import type { Store } from './store/store.ts';
import type { Tables } from './store/tables.ts';

export interface ConsoleOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly dataDir: string;
  readonly publicUrl: URL;
  /** `BATON_CONSOLE_KEY`. */
  readonly keyText?: string | undefined;
  /** A certificate for both listeners. Without it browsers get plain HTTP, and connectors one of the console's own. */
  readonly given?: ServedTls | undefined;
  readonly trustedProxies: readonly string[];
  /** The listener for connectors, which speaks TLS. */
  readonly connectors: {
    readonly host: string;
    readonly port: number;
    /** Where self-hosted connectors reach it: `host` or `host:port`. */
    readonly publicHost: string;
    /** Names and addresses for a certificate of the console's own. */
    readonly names: readonly string[];
    /** A name in the certificate that leads to this machine. */
    readonly localName: string;
  };
  /** Another address in place of SendGrid. */
  readonly sendgridBaseUrl?: string | undefined;
  /** Authorities that hosted connectors have to trust besides, in PEM. */
  readonly trusted?: string | undefined;
  readonly allowPrivateIssuer: boolean;
  readonly webDir?: string;
}

/** A person waits so long for others that write. */
const PATIENCE_MS = 5_000;

/** How often it is looked whether the certificate was renewed, or is to be. */
const CERTIFICATE_MS = 60_000;

/** How often the end of the chain is noted outside the database. */
const ANCHOR_MS = 5 * 60_000;

/** All areas of the console, put together. Nothing listens and nothing runs yet. */
export async function compose(options: ConsoleOptions) {
  const { store, clock, logger, dataDir, publicUrl } = options;
  const box = secretBox(await openKeyRing(options));
  const audit = createAuditLog({ store, clock });
  const mailer = createMailer({ clock, box });
  const given = options.given;
  const certificate =
    given ?? (await ownCertificate({ store, box, clock, audit, logger, dataDir, hosts: options.connectors.names }));
  const protocolStore = c1Store(store, box, clock);
  const instanceName = async (): Promise<string> => (await readSetting(store.db, organizationSetting)).displayName;
  const matchApp = (trx: Transaction<Tables>, appId: string, accountIds?: readonly string[]) =>
    accountIds === undefined
      ? rematch(trx, store.dialect, { appIds: [appId] })
      : rematchAccounts(trx, store.dialect, appId, accountIds);
  const owners = new OwnersFollowPeople({ store, logger, rematch: rematchInSteps });
  const people = peopleServices({
    store,
    clock,
    audit,
    box,
    mailer,
    publicUrl,
    instanceName,
    peopleChanged: () => owners.notice(),
    nonces: protocolStore,
    allowPrivateIssuer: options.allowPrivateIssuer,
    reportSignInProblem: (problem, cause) => logger.warn('a sign-in failed', { problem, error: cause }),
  });
  let schema: Promise<ConfigField[]> | undefined;
  const bin = findHostedProgram();
  const connectors = new ConnectorService({
    store,
    clock,
    audit,
    box,
    mailer,
    logger,
    dataDir,
    instanceName,
    connectorHost: options.connectors.publicHost,
    authority: () => certificate.authority,
    webUrl: publicUrl.href.replace(/\/$/, ''),
    // The same for as long as the program is: read once, by running it.
    configFields: async (catalogId) => (catalogId === 'baton' ? [] : await (schema ??= readConfigSchema(bin))),
    listener: { certificate, host: options.connectors.host, port: options.connectors.port },
    hosted: {
      bin,
      trusted: () => [certificate.authority, options.trusted].filter((pem) => pem !== undefined).join('\n'),
      localName: options.connectors.localName,
      sendgridBaseUrl: options.sendgridBaseUrl,
    },
    ingest: (upload) => ingestAside(store, upload),
  });
  const routes = mergeRoutes([
    people.routes,
    connectorRoutes(connectors.parts),
    appRoutes({ store, clock, audit, rematch: matchApp }),
    settingsRoutes({ store, clock, audit, box, rematchAll: (trx) => rematch(trx, store.dialect) }),
    systemLogRoutes({ store, clock, dataDir }),
  ]);
  const http = createServer({
    routes,
    authentication: people.authentication,
    signIn: people,
    publicUrl,
    logger,
    store,
    metrics: createMetrics(store, {
      role: () => connectors.role(),
      certificateEndsMs: () => Date.parse(new X509Certificate(certificate.tls.cert).validTo),
    }),
    tls: given?.tls,
    trustedProxies: options.trustedProxies,
    ...(options.webDir === undefined ? {} : { webDir: options.webDir }),
  });
  // Here and not earlier, for reading a body may leave the context behind.
  http.addHook('preValidation', (_request, _reply, done) => withPatience(PATIENCE_MS, done));
  // For load balancers that have a port for connectors alone.
  http.get('/readyz/connectors', { schema: { hide: true } }, async (_request, reply) => {
    const status = await connectors.role();
    return await reply.code(status === 'waiting' ? 503 : 200).send({ status });
  });
  const anchors = new Anchors(store.db, dataDir);

  return {
    routes,
    http,
    firstStart: people.firstStart,
    connectors,
    /** What goes on beside the requests, until the signal ends it. */
    runBackground: async (signal: AbortSignal): Promise<void> => {
      const holder = `${hostname()}/${process.pid}`;
      await Promise.all([
        deliverMails({ store, clock, box, logger, holder }, signal),
        watchLog(holder, signal),
        watchCertificate(signal),
      ]);
    },
  };

  /** Connectors get another certificate by themselves (`ConnectorService`). */
  async function watchCertificate(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(CERTIFICATE_MS, signal).catch(() => {});
      if (signal.aborted) return;
      const before = certificate.tls;
      try {
        await certificate.refresh();
        const { tls } = certificate;
        if (given !== undefined && tls !== before && http.server instanceof SecureServer) {
          http.server.setSecureContext({ ...tls, minVersion: MIN_TLS });
        }
      } catch (error) {
        logger.error('the certificate could not be looked after', { error });
      }
    }
  }

  async function watchLog(holder: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        const anchor = await anchors.note(clock.now());
        if (anchor !== undefined) logger.info('the end of the system log', { seq: anchor.seq, hash: anchor.hash });
        await checkDaily({ store, clock, mailer, logger, dataDir, instanceName, holder }, signal);
      } catch (error) {
        if (!signal.aborted) logger.error('the system log could not be noted or checked', { error });
      }
      if (signal.aborted) return;
      await clock.sleep(ANCHOR_MS, signal).catch(() => {});
    }
  }
}
