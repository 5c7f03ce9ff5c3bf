import { accessCommand } from './access.ts';
import type { Command } from './command.ts';
import { completionCommand } from './completion.ts';
import { diffCommand } from './diff.ts';
import { dumpDbCommand } from './dump-db.ts';
import { entitlementsCommand } from './entitlements.ts';
import { exportC1zCommand, exportCsvCommand, exportXlsxCommand } from './export.ts';
import { grantsCommand } from './grants.ts';
import { helpCommand } from './help.ts';
import { optimizeCommand } from './optimize.ts';
import { principalsCommand } from './principals.ts';
import { principalsCompareCommand } from './principals-compare.ts';
import { recalculateStatsCommand } from './recalculate-stats.ts';
import { resourceTypesCommand } from './resource-types.ts';
import { resourcesCommand } from './resources.ts';
import { reviewCommand } from './review.ts';
import { rollbackExpansionCommand } from './rollback-expansion.ts';
import { sanitizeCommand } from './sanitize.ts';
import { statsCommand } from './stats.ts';
import { syncsCommand } from './syncs.ts';
import { toPebbleCommand } from './to-pebble.ts';
import { verifyCommand } from './verify.ts';

/** Every command, in the order in which `--help` lists them. A name of two words is a command of its own. */
export const commands: readonly Command[] = [
  resourceTypesCommand,
  resourcesCommand,
  entitlementsCommand,
  grantsCommand,
  principalsCommand,
  principalsCompareCommand,
  accessCommand,
  syncsCommand,
  statsCommand,
  diffCommand,
  verifyCommand,
  reviewCommand,
  exportCsvCommand,
  exportXlsxCommand,
  exportC1zCommand,
  sanitizeCommand,
  rollbackExpansionCommand,
  recalculateStatsCommand,
  optimizeCommand,
  dumpDbCommand,
  toPebbleCommand,
  completionCommand,
  helpCommand,
];
