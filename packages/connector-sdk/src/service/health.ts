import type { Settings } from '../cli/settings.ts';
import type { Connector } from '../connector.ts';
import type { Clock } from '../http/clock.ts';
import type { Logger } from '../logger.ts';
import { noMetrics, type ServiceMetrics } from './metrics.ts';

/** What probes may know of a service. */
interface Probed {
  readonly connector: Pick<Connector, 'validate'>;
  /** Why no task can be worked on at this moment; undefined: it can. */
  readonly notReady: () => string | undefined;
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly logger: Logger;
  /** Takes secrets out of the text of an error. */
  readonly hide: (text: string) => string;
}

/** The health port of a service, if it is to have one. */
export interface Health {
  readonly metrics: ServiceMetrics;
  /** Begins to answer. Throws a `BatonError` when the port cannot be used. */
  start(probed: Probed): Promise<void>;
  close(): Promise<void>;
}

/** Makes what `--health-check` asks for. Without it nothing is counted, and the library for metrics is not loaded. */
export async function openHealth(settings: Settings): Promise<Health> {
  if (!settings.bool('health-check')) return { metrics: noMetrics, async start() {}, async close() {} };
  const [{ createPrometheusMetrics }, { startHealthServer }] = await Promise.all([
    import('./prometheus-metrics.ts'),
    import('./health-server.ts'),
  ]);
  const metrics = createPrometheusMetrics();
  const bindAddress = settings.string('health-check-bind-address');
  let close = async (): Promise<void> => {};
  return {
    metrics,
    async start({ connector, notReady, clock, logger, hide }) {
      const validate = (signal: AbortSignal): Promise<unknown> => connector.validate({ signal });
      const port = settings.int('health-check-port');
      const server = await startHealthServer({ bindAddress, port, validate, notReady, metrics, clock, hide });
      close = () => server.close();
      logger.info('Answering health probes', { address: bindAddress, port: server.port });
    },
    close: () => close(),
  };
}
