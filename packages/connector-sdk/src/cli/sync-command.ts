import { type C1zStore, openC1z } from '@baton-ts/c1z';
import { abortOnInterrupt } from '@baton-ts/command-line';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { ConfigFields } from '../config-fields.ts';
import type { Connector } from '../connector.ts';
import { observeWith } from '../http/observe-with.ts';
import { waitTeller } from '../http/observer.ts';
import type { SyncResult } from '../sync/options.ts';
import { syncConnector } from '../sync/sync-connector.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { LogWriter } from './log-writer.ts';
import { openConnector } from './open-connector.ts';
import { openLog } from './open-log.ts';
import { ProgressLine } from './progress-line.ts';
import type { SetRootCommand } from './root-command.ts';
import { syncOptions, tempDirOf } from './run-settings.ts';
import type { Environment, Settings } from './settings.ts';
import { type SyncSummary, summaryJson, summaryText } from './summary.ts';

/** More than a person reads; the log has them all. */
const MAX_WARNINGS = 100;

/** Runs one sync and tells what came of it. Throws the `BatonError` that stopped it. */
export async function syncCommand<Fields extends ConfigFields>(command: SetRootCommand<Fields>): Promise<void> {
  const startedMs = performance.now();
  const { settings } = command;
  const line = process.stderr.isTTY ? new ProgressLine(process.stderr) : undefined;
  const told = new Set<string>();
  const log = await openLog(command, {
    onWarning: (message) => {
      if (told.size < MAX_WARNINGS) told.add(message);
    },
    ...(line === undefined ? {} : { aroundLine: line }),
  });
  const { logger, telemetry } = log;
  using interrupt = abortOnInterrupt();
  try {
    const requests = { sent: 0 };
    const connector = await openConnector(command, {
      logger,
      provisioning: settings.bool('provisioning'),
      observer: observeWith(
        telemetry.httpObserver,
        waitTeller({
          onRequest: () => {
            requests.sent += 1;
          },
          onWait: (reason) => line?.wait(reason),
        }),
      ),
    });
    try {
      const run = { settings, connector, logger, telemetry, signal: interrupt.signal, line, env: command.env };
      if (settings.bool('dry-run')) return await dryRun(run);
      const summary = await telemetry.span('sync', {}, () => sync(run));
      line?.end();
      const warnings = [...new Set([...told, ...summary.warnings])].slice(0, MAX_WARNINGS);
      tell({ ...summary, warnings, requests: requests.sent, elapsedMs: performance.now() - startedMs }, settings);
    } finally {
      await connector.close?.();
    }
  } finally {
    line?.end();
    await log.close();
  }
}

interface Run {
  readonly settings: Settings;
  readonly connector: Connector;
  readonly logger: LogWriter;
  readonly telemetry: Telemetry;
  readonly signal: AbortSignal;
  readonly line: ProgressLine | undefined;
  readonly env: Environment;
}

async function sync(run: Run): Promise<Omit<SyncSummary, 'requests' | 'elapsedMs'>> {
  const { settings, connector, logger, telemetry, signal, line } = run;
  const tempDir = tempDirOf(settings, run.env);
  const file = settings.string('file');
  const store = await openC1z(file, { tempDir, signal });
  let notes: readonly string[];
  let result: SyncResult;
  const steps = telemetry.syncSteps();
  try {
    notes = await connector.validate({ signal });
    for (const note of notes) logger.warn(note);
    result = await syncConnector({
      store,
      connector,
      logger,
      signal,
      options: syncOptions(settings),
      progress: {
        update(snapshot) {
          line?.update(snapshot);
          steps.update(snapshot);
        },
      },
    });
  } catch (error) {
    throw await giveUp(store, error, logger);
  } finally {
    steps.end();
  }
  await store.close();
  const { syncId, resumed, stats, changes } = result;
  return { file, syncId, resumed, stats, changes, warnings: [...notes, ...result.warnings] };
}

/**
 * Leaves the previous file as it was, and keeps what was read for the next run. Whoever stops a run may take the machine
 * away with it, so what a stopped run has read goes into the file. What is damaged is not worth keeping.
 *
 * @returns what to tell the person
 */
async function giveUp(store: C1zStore, error: unknown, logger: LogWriter): Promise<BatonError> {
  const reason = BatonError.from(error, 'syncing');
  const { code, retryable } = reason;
  const hasBegun = store.runs().some(({ endedAt }) => endedAt === undefined);
  try {
    if (code === Code.Canceled) await store.close();
    else if (code === Code.DataLoss) await store.discard();
    else await store.suspend();
  } catch (failure) {
    // What stopped the run is the error to tell.
    logger.warn('What was read so far could not be saved', { error: failure });
    return reason;
  }
  if (!hasBegun || !(retryable || code === Code.Canceled)) return reason;
  const message = `${reason.message.replace(/\.$/, '')}. What was read is kept, and the next run goes on from there.`;
  return new BatonError(code, message, { cause: reason, retryable });
}

async function dryRun(run: Run): Promise<void> {
  const { settings, connector, signal } = run;
  const notes = await connector.validate({ signal });
  const wanted = settings.strings('sync-resource-types');
  const types = connector.resourceTypes
    .map((part) => part.type)
    .filter((type) => wanted.length === 0 || wanted.includes(type.id));
  const plan = {
    file: settings.string('file'),
    resourceTypes: types.map((type) => type.id),
    resources: settings.strings('sync-resources'),
    entitlementsAndGrants: !settings.bool('skip-entitlements-and-grants'),
    notes,
  };
  if (settings.string('output') === 'json') {
    process.stdout.write(JSON.stringify({ dryRun: true, ...plan }));
    return;
  }
  process.stdout.write(
    [
      'The settings work. A sync would read:',
      ...types.map((type) => `  ${type.id.padEnd(24)}${type.description || type.displayName}`),
      ...(plan.resources.length === 0 ? [] : [`  only ${plan.resources.join(', ')}`]),
      plan.entitlementsAndGrants ? '  with entitlements and grants' : '  without entitlements and grants',
      `and write ${plan.file}. Nothing was written.`,
      ...notes.map((note) => `Note: ${note}`),
      '',
    ].join('\n'),
  );
}

function tell(summary: SyncSummary, settings: Settings): void {
  if (settings.string('output') === 'json') process.stdout.write(summaryJson(summary));
  else process.stderr.write(summaryText(summary));
}
