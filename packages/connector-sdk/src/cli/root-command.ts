import type { FlagSpec, FlagValue } from '@baton-ts/command-line';
import type { ConfigFields } from '../config-fields.ts';
import type { ConnectorDefinition } from '../connector.ts';
import type { ConnectorOutline } from '../run-connector.ts';
import { type Environment, loadSettings, type Settings } from './settings.ts';
import { wantedChange } from './wanted-change.ts';

interface RootCommand<Fields extends ConfigFields> {
  readonly outline: ConnectorOutline<Fields>;
  readonly load: () => Promise<ConnectorDefinition<Fields>>;
  readonly specs: readonly FlagSpec[];
  readonly flags: ReadonlyMap<string, FlagValue>;
  readonly env: Environment;
}

/** The program without a command, its settings read. */
export interface SetRootCommand<Fields extends ConfigFields> extends RootCommand<Fields> {
  readonly settings: Settings;
  /** Of the settings, to be told once there is a log. */
  readonly warnings: readonly string[];
}

/** What the program does when no command is named: the settings say (`cli.md §A.6`). */
export async function rootCommand<Fields extends ConfigFields>(command: RootCommand<Fields>): Promise<void> {
  const { settings, warnings } = await loadSettings(command.specs, command.flags, command.env);
  let set = { ...command, settings, warnings };
  if (settings.string('client-id') !== '' || settings.string('client-secret') !== '') {
    const { startSmall } = await import('../service/small-start.ts');
    const grow = startSmall();
    const { serviceCommand } = await import('../service/run-service.ts');
    return serviceCommand(set, grow);
  }
  if (settings.bool('health-check')) {
    const unused = `${settings.source('health-check')} has no effect on a single run: probes are answered in service mode`;
    set = { ...set, warnings: [...warnings, unused] };
  }
  const wanted = wantedChange(settings);
  if (wanted !== undefined) {
    const { changeCommand } = await import('./change-command.ts');
    return changeCommand(set, wanted);
  }
  const { syncCommand } = await import('./sync-command.ts');
  return syncCommand(set);
}
