import { hostname } from 'node:os';
import type { Logger } from '@baton-ts/c1-server';
import { settingsRoutes } from './administration/settings-routes.ts';
import { systemLogRoutes } from './administration/system-log-routes.ts';
import { Anchors } from './audit/anchors.ts';
import { createAuditLog } from './audit/append.ts';
import type { Clock } from './clock.ts';
import { mergeRoutes } from './http/api-routes.ts';
import { createServer } from './http/create-server.ts';
import { createMetrics } from './http/metrics.ts';
import { deliverMails } from './mail/mail-worker.ts';
import { createMailer } from './mail/outbox.ts';
import { peopleServices } from './people/people-services.ts';
import { organizationSetting } from './settings/organization.ts';
import { openKeyRing, secretBox } from './settings/secret-box.ts';
import { readSetting } from './settings/settings.ts';
import { c1Store } from './store/c1-store.ts';
import type { Store } from './store/store.ts';

export interface ConsoleOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly dataDir: string;
  readonly publicUrl: URL;
  /** `BATON_CONSOLE_KEY`. */
  readonly keyText?: string | undefined;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly trustedProxies: readonly string[];
  readonly allowPrivateIssuer: boolean;
  readonly webDir?: string;
}

/** How often the end of the chain is noted outside the database. */
const ANCHOR_MS = 5 * 60_000;

/** All areas of the console, put together. Nothing listens and nothing runs yet. */
export async function compose(options: ConsoleOptions) {
  const { store, clock, logger, dataDir, publicUrl } = options;
  const box = secretBox(await openKeyRing(options));
  const audit = createAuditLog({ store, clock });
  const mailer = createMailer({ clock, box });
  const protocolStore = c1Store(store, box, clock);
  const instanceName = async (): Promise<string> => (await readSetting(store.db, organizationSetting)).displayName;
  const people = peopleServices({
    store,
    clock,
    audit,
    box,
    mailer,
    publicUrl,
    instanceName,
    nonces: protocolStore,
    allowPrivateIssuer: options.allowPrivateIssuer,
    reportSignInProblem: (problem, cause) => logger.warn('a sign-in failed', { problem, error: cause }),
  });
  const routes = mergeRoutes([
    people.routes,
    settingsRoutes({ store, clock, audit, box }),
    systemLogRoutes({ store, clock, dataDir }),
  ]);
  const http = createServer({
    routes,
    authentication: people.authentication,
    signIn: people,
    publicUrl,
    logger,
    store,
    metrics: createMetrics(store),
    tls: options.tls,
    trustedProxies: options.trustedProxies,
    ...(options.webDir === undefined ? {} : { webDir: options.webDir }),
  });
  const anchors = new Anchors(store.db, dataDir);

  return {
    routes,
    http,
    firstStart: people.firstStart,
    /** What goes on beside the requests, until the signal ends it. */
    runBackground: async (signal: AbortSignal): Promise<void> => {
      const holder = `${hostname()}/${process.pid}`;
      await Promise.all([deliverMails({ store, clock, box, logger, holder }, signal), noteEnds(signal)]);
    },
  };

  async function noteEnds(signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        const anchor = await anchors.note(clock.now());
        if (anchor !== undefined) logger.info('the end of the system log', { seq: anchor.seq, hash: anchor.hash });
      } catch (error) {
        logger.error('the end of the system log could not be noted', { error });
      }
      if (signal.aborted) return;
      await clock.sleep(ANCHOR_MS, signal).catch(() => {});
    }
  }
}
