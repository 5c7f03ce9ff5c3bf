import { collectorOf } from '../telemetry/collector.ts';
import { noTelemetry, type Telemetry } from '../telemetry/telemetry.ts';
import type { LogWriter } from './log-writer.ts';
import type { Settings } from './settings.ts';

/**
 * The telemetry that the settings ask for, with the log going there, too. Its libraries are loaded only when a collector
 * is named. Close it before the log.
 *
 * @throws BatonError that names the setting that is wrong
 */
export async function startTelemetry(
  {
    settings,
    outline,
  }: { readonly settings: Settings; readonly outline: { readonly name: string; readonly version: string } },
  logger: LogWriter,
): Promise<Telemetry> {
  const collector = collectorOf(settings);
  if (collector === undefined) return noTelemetry;
  const { openTelemetry } = await import('../telemetry/open-telemetry.ts');
  const telemetry = openTelemetry({ collector, program: outline, logger });
  logger.alsoTo((entry) => telemetry.log(entry));
  return telemetry;
}
