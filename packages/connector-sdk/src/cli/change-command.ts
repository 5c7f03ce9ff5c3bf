import { abortOnInterrupt } from '@baton-ts/command-line';
import type { AnnouncedChange } from '../changes.ts';
import type { ConfigFields } from '../config-fields.ts';
import { observeWith } from '../http/observe-with.ts';
import { waitTeller } from '../http/observer.ts';
import { createProvisioner } from '../provision/create-provisioner.ts';
import { type ChangeReport, changeJson, changeText } from './change-report.ts';
import { makeChange } from './make-change.ts';
import { openConnector } from './open-connector.ts';
import { openLog } from './open-log.ts';
import type { SetRootCommand } from './root-command.ts';
import { tempDirOf } from './run-settings.ts';
import type { WantedChange } from './wanted-change.ts';

/**
 * Makes the one change that the settings ask for, and tells what is true now (`cli.md §A.7`). Whoever stops it while it is
 * written waits until it has been read back. Throws the `BatonError` that says why it was not made.
 */
export async function changeCommand<Fields extends ConfigFields>(
  command: SetRootCommand<Fields>,
  wanted: WantedChange,
): Promise<void> {
  const { settings } = command;
  const dryRun = settings.bool('dry-run');
  const changes: AnnouncedChange[] = [];
  const notes: string[] = [];
  const isWriting = (): boolean => changes.length > 0 && !dryRun;
  const log = await openLog(command);
  const { logger, telemetry } = log;
  using interrupt = abortOnInterrupt({
    onFirst: () => {
      if (isWriting()) say('Stopping as soon as it is known whether the change was made. Once more stops at once.');
    },
    onSecond: () => {
      if (isWriting()) say('Stopped. Whether the change was made is not known; sync to see.');
    },
  });
  try {
    const observer = waitTeller({
      onRequest: () => {},
      onWait: (reason) => {
        if (reason !== undefined) logger.info(`Waiting: ${reason}`);
      },
    });
    const connector = await openConnector(command, {
      logger,
      provisioning: true,
      readOnly: dryRun,
      observer: observeWith(observer, telemetry.httpObserver),
    });
    try {
      const work = {
        provisioner: createProvisioner({ connector, logger, dryRun }),
        file: {
          path: settings.string('file'),
          tempDir: tempDirOf(settings, command.env),
          connector,
          signal: interrupt.signal,
        },
        call: {
          signal: interrupt.signal,
          onAnnounced: (change: AnnouncedChange) => {
            changes.push(change);
            if (!dryRun) logger.info(change.summary);
          },
          onNote: (note: string) => notes.push(note),
        },
      };
      const made = await telemetry.span(wanted.action, { dry_run: dryRun }, () => makeChange(wanted, work));
      tell({ ...made, action: wanted.action, dryRun, changes, notes }, settings.string('output') === 'json');
    } finally {
      await connector.close?.();
    }
  } finally {
    await log.close();
  }
}

/** What was asked for goes to stdout; what became of a change, when nobody asked for JSON, to stderr. */
function tell(report: ChangeReport, asJson: boolean): void {
  if (asJson) process.stdout.write(changeJson(report));
  else if (report.dryRun || report.action === 'list-action-schemas') process.stdout.write(changeText(report));
  else process.stderr.write(changeText(report));
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
