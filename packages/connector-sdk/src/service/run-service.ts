import { abortOnInterrupt, parseBool } from '@baton-ts/command-line';
import { openConnector } from '../cli/open-connector.ts';
import { openLog } from '../cli/open-log.ts';
import type { SetRootCommand } from '../cli/root-command.ts';
import { syncOptions, tempDirOf } from '../cli/run-settings.ts';
import type { ConfigFields } from '../config-fields.ts';
import { systemClock } from '../http/clock.ts';
import { observeWith } from '../http/observe-with.ts';
import { connectorMetadata } from '../metadata.ts';
import { createProvisioner } from '../provision/create-provisioner.ts';
import { parseClientSecret } from '../provision/credentials/client-secret-key.ts';
import { Secret } from '../secret.ts';
import { openChannel } from './channel.ts';
import { checkServiceSettings } from './check-settings.ts';
import { readClientId } from './credentials.ts';
import { openHealth } from './health.ts';
import { hostIdOf } from './host-id.ts';
import { runService } from './service.ts';
import { openStateDir } from './state-dir.ts';
import { handleTask } from './tasks/handle-task.ts';
import { Trust } from './trust.ts';

/**
 * Connects to C1 and works on what it asks for, until the process is interrupted.
 *
 * @param grow called before the first task
 */
export async function serviceCommand<Fields extends ConfigFields>(
  command: SetRootCommand<Fields>,
  grow: () => void,
): Promise<void> {
  const { settings, env, outline } = command;
  const warnings = [...command.warnings, ...checkServiceSettings(settings)];
  const clientId = readClientId(settings.string('client-id'), settings.source('client-id') ?? 'client-id', env);
  const key = parseClientSecret(new Secret(settings.string('client-secret')));
  const tempDir = tempDirOf(settings, env);
  const stateDir = openStateDir(clientId.text, env, tempDir);
  const log = await openLog({ ...command, warnings });
  const { logger, telemetry } = log;
  using interrupt = abortOnInterrupt();
  const provisioning = settings.bool('provisioning');
  const clock = systemClock;
  const channel = openChannel({ clientId, key, trust: new Trust(), env, clock });
  try {
    const health = await openHealth(settings);
    const { metrics } = health;
    const observer = observeWith(metrics.httpObserver, telemetry.httpObserver);
    const connector = await openConnector(command, { logger, provisioning, observer });
    try {
      const host = clientId.server.label;
      const hostId = hostIdOf(env);
      const concurrency = settings.int('task-concurrency');
      let isConnected = false;
      const notReady = (): string | undefined => {
        if (interrupt.signal.aborted) return 'the service is stopping';
        return isConnected ? undefined : `not connected to ${host} yet`;
      };
      await health.start({ connector, notReady, clock, logger, hide: log.hide });
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
            telemetry,
          },
          handler: (task, context) => {
            grow();
            return handleTask(task, context);
          },
          concurrency,
          several: isOn(env['BATON_GET_TASKS']),
          clock,
          onConnected: () => {
            isConnected = true;
            logger.info(`Connected to ${host} as ${clientId.name}`, {
              provisioning,
              task_concurrency: concurrency,
              state_dir: stateDir,
            });
          },
        },
        interrupt.signal,
      );
      logger.info('Stopped');
    } finally {
      await health.close();
      await connector.close?.();
    }
  } finally {
    channel.close();
    await log.close();
  }
}

/** A Go boolean; what is none is off (`service-protocol.md §1`). */
function isOn(text: string | undefined): boolean {
  return text !== undefined && parseBool(text) === true;
}
