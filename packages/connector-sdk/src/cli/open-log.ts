import { collectorOf } from '../telemetry/collector.ts';
import { noTelemetry, type Telemetry } from '../telemetry/telemetry.ts';
import { createLogWriter, type LogWriter, type LogWriterOptions, secretHider } from './log-writer.ts';
import type { SetRootCommand } from './root-command.ts';
import { debugUntil, logFormat, secretsOf } from './run-settings.ts';

type LoggedCommand = Pick<SetRootCommand<never>, 'settings' | 'specs' | 'warnings'> & {
  readonly outline: { readonly name: string; readonly version: string };
};

/** The log of a run, and the telemetry that it is part of. */
export interface RunLog {
  readonly logger: LogWriter;
  readonly telemetry: Telemetry;
  /** Replaces every secret of the settings in a text, for what leaves the process by other ways than the log. */
  readonly hide: (text: string) => string;
  /** Sends what telemetry is left, then ends the log. */
  close(): Promise<void>;
}

/**
 * The log that the settings ask for; what there is to say about the settings themselves is in it. The libraries of
 * telemetry are loaded only when a collector is named.
 */
export async function openLog(
  { settings, specs, warnings, outline }: LoggedCommand,
  hooks: Pick<LogWriterOptions, 'aroundLine' | 'onWarning'> = {},
): Promise<RunLog> {
  const until = debugUntil(settings);
  const collector = collectorOf(settings);
  const secrets = secretsOf(specs, settings);
  const hide = secretHider(secrets);
  const logger = createLogWriter({
    level: settings.string('log-level'),
    format: logFormat(settings),
    paths: settings.strings('log-path'),
    secrets,
    ...(until === undefined ? {} : { debugUntil: until }),
    ...hooks,
  });
  let telemetry = noTelemetry;
  if (collector !== undefined) {
    const { openTelemetry } = await import('../telemetry/open-telemetry.ts');
    telemetry = openTelemetry({ collector, program: outline, logger, hide });
    logger.alsoTo((entry) => telemetry.log(entry));
  }
  for (const warning of warnings) logger.warn(warning);
  return {
    logger,
    telemetry,
    hide,
    async close() {
      await telemetry.close();
      logger.close();
    },
  };
}
