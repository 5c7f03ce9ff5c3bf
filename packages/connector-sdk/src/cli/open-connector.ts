import type { ConfigFields, ConfigValues } from '../config-fields.ts';
import type { Connector } from '../connector.ts';
import { askOnly } from '../http/ask-only.ts';
import { createHttpClient } from '../http/create-http-client.ts';
import { observeWith, requestLog } from '../http/observe-with.ts';
import type { HttpObserver } from '../http/observer.ts';
import type { Logger } from '../logger.ts';
import type { SetRootCommand } from './root-command.ts';

interface Surroundings {
  readonly logger: Logger;
  /** Whether changes are wanted in this run. */
  readonly provisioning: boolean;
  readonly observer: HttpObserver;
  /** Refuses every request that writes. Default: false. */
  readonly readOnly?: boolean;
}

/** Loads the connector and opens it with its settings. */
export async function openConnector<Fields extends ConfigFields>(
  { load, settings, outline, env }: SetRootCommand<Fields>,
  { logger, provisioning, observer, readOnly = false }: Surroundings,
): Promise<Connector> {
  const definition = await load();
  const values: ConfigValues<Fields> = settings.connectorValues(outline.fields);
  return definition.open(values, {
    logger,
    provisioning,
    createHttpClient: (options) => {
      const client = createHttpClient(options, {
        timeoutMs: settings.int('http-timeout-seconds') * 1000,
        userAgent: `${outline.name}/${outline.version}`,
        env,
        observer: observeWith(observer, requestLog(logger)),
      });
      return readOnly ? askOnly(client) : client;
    },
  });
}
