import { createLogWriter, type LogWriter, type LogWriterOptions } from './log-writer.ts';
import type { SetRootCommand } from './root-command.ts';
import { logFormat, secretsOf } from './run-settings.ts';

/** The log that the settings ask for; what there is to say about the settings themselves is in it. */
export function openLog(
  { settings, specs, warnings }: Pick<SetRootCommand<never>, 'settings' | 'specs' | 'warnings'>,
  hooks: Pick<LogWriterOptions, 'aroundLine' | 'onWarning'> = {},
): LogWriter {
  const log = createLogWriter({
    level: settings.string('log-level'),
    format: logFormat(settings),
    paths: settings.strings('log-path'),
    secrets: secretsOf(specs, settings),
    ...hooks,
  });
  for (const warning of warnings) log.warn(warning);
  return log;
}
