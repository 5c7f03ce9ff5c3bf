import { accessCommand } from './access.ts';
import type { Command } from './command.ts';
import { completionCommand } from './completion.ts';
import { diffCommand } from './diff.ts';
import { entitlementsCommand } from './entitlements.ts';
import { grantsCommand } from './grants.ts';
import { helpCommand } from './help.ts';
import { principalsCommand } from './principals.ts';
import { resourceTypesCommand } from './resource-types.ts';
import { resourcesCommand } from './resources.ts';
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
  accessCommand,
  syncsCommand,
  statsCommand,
  diffCommand,
  verifyCommand,
  toPebbleCommand,
  completionCommand,
  helpCommand,
];
