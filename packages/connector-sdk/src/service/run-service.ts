import { abortOnInterrupt, parseBool } from '@baton-ts/command-line';
import { createLogWriter } from '../cli/log-writer.ts';
import { openConnector } from '../cli/open-connector.ts';
import type { SetRootCommand } from '../cli/root-command.ts';
import { logFormat, secretsOf, syncOptions, tempDirOf } from '../cli/run-settings.ts';
import type { ConfigFields } from '../config-fields.ts';
import { systemClock } from '../http/clock.ts';
import { connectorMetadata } from '../metadata.ts';
import { createProvisioner } from '../provision/create-provisioner.ts';
import { parseClientSecret } from '../provision/credentials/client-secret-key.ts';
import { Secret } from '../secret.ts';
import { openChannel } from './channel.ts';
import { checkServiceSettings } from './check-settings.ts';
import { readClientId } from './credentials.ts';
import { hostIdOf } from './host-id.ts';
import { noMetrics } from './metrics.ts';
import { runService } from './service.ts';
import { openStateDir } from './state-dir.ts';
import { handleTask } from './tasks/handle-task.ts';
import { Trust } from './trust.ts';

/** Connects to C1 and works on what it asks for, until the process is interrupted. */
export async function serviceCommand<Fields extends ConfigFields>(command: SetRootCommand<Fields>): Promise<void> {
  const { settings, specs, env, outline } = command;
  const warnings = [...command.warnings, ...checkServiceSettings(settings)];
  const clientId = readClientId(settings.string('client-id'), settings.source('client-id') ?? 'client-id', env);
  const key = parseClientSecret(new Secret(settings.string('client-secret')));
  const tempDir = tempDirOf(settings, env);
  const stateDir = openStateDir(clientId.text, env, tempDir);
  const logger = createLogWriter({
    level: settings.string('log-level'),
    format: logFormat(settings),
    paths: settings.strings('log-path'),
    secrets: secretsOf(specs, settings),
  });
  using interrupt = abortOnInterrupt();
  const provisioning = settings.bool('provisioning');
  const metrics = noMetrics;
  const clock = systemClock;
  const channel = openChannel({ clientId, key, trust: new Trust(), env, clock });
  try {
    for (const warning of warnings) logger.warn(warning);
    const connector = await openConnector(command, { logger, provisioning, observer: metrics.httpObserver });
    try {
      const host = clientId.server.label;
      const hostId = hostIdOf(env);
      const concurrency = settings.int('task-concurrency');
      logger.info(`Connecting to ${host}`, { client_id: clientId.text, host_id: hostId, version: outline.version });
      await runService(
        {
          channel,
          host,
          key,
          program: outline,
          metadata: connectorMetadata(outline, connector),
          context: {
            hostId,
            connector,
            provisioner: createProvisioner({ connector, logger, clientSecretKey: key }),
            provisioning,
            skipFullSync: settings.bool('skip-full-sync'),
            tempDir,
            stateDir,
            syncOptions: syncOptions(settings),
            logger,
            metrics,
          },
          handler: handleTask,
          concurrency,
          several: isOn(env['BATON_GET_TASKS']),
          clock,
          onConnected: () =>
            logger.info(`Connected to ${host} as ${clientId.name}`, {
              provisioning,
              task_concurrency: concurrency,
              state_dir: stateDir,
            }),
        },
        interrupt.signal,
      );
      logger.info('Stopped');
    } finally {
      await connector.close?.();
    }
  } finally {
    channel.close();
    logger.close();
  }
}

/** A Go boolean; what is none is off (`service-protocol.md §1`). */
function isOn(text: string | undefined): boolean {
  return text !== undefined && parseBool(text) === true;
}
