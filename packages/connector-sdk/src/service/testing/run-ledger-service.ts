import type { TestContext } from 'node:test';
import type { Connector } from '../../connector.ts';
import { silentLogger } from '../../logger.ts';
import { connectorMetadata } from '../../metadata.ts';
import { createProvisioner } from '../../provision/create-provisioner.ts';
import { runService, type ServiceOptions } from '../service.ts';
import { handleTask } from '../tasks/handle-task.ts';
import { type Access, type ChannelChanges, channelTo, tempFolder } from './c1.ts';
import { quickClock } from './quick-clock.ts';

export interface RunningService {
  /** Asks it to stop; resolves when it has. */
  stop(): Promise<void>;
  readonly ended: Promise<void>;
}

/** What the program says of itself. */
const program = { name: 'baton-demo', version: '1.2.3', displayName: 'Demo', description: 'A demo', fields: {} };

/** The service of a connector, a hundred times as fast as in life. */
export function startService(
  t: TestContext,
  c1: Access,
  connector: Connector,
  changes: { stateDir?: string; channel?: ChannelChanges; options?: Partial<ServiceOptions> } = {},
): RunningService {
  const controller = new AbortController();
  const clock = quickClock(100);
  const ended = runService(
    {
      channel: channelTo(t, c1, { clock, ...changes.channel }),
      host: c1.clientId.server.label,
      key: c1.key,
      program,
      metadata: connectorMetadata(program, connector),
      context: {
        hostId: 'host-1',
        connector,
        provisioner: createProvisioner({ connector, logger: silentLogger, clock }),
        provisioning: true,
        skipFullSync: false,
        tempDir: tempFolder(t),
        stateDir: changes.stateDir ?? tempFolder(t),
        syncOptions: {},
        logger: silentLogger,
      },
      handler: handleTask,
      concurrency: 3,
      several: false,
      clock,
      ...changes.options,
    },
    controller.signal,
  );
  // A test that fails early must not leave it behind.
  t.after(() => controller.abort());
  ended.catch(() => {});
  return {
    ended,
    async stop() {
      controller.abort();
      await ended;
    },
  };
}
