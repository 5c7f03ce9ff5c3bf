import type { FlagSpec } from '@baton-ts/command-line';
import { changeFlags } from './change-flags.ts';
import { operatingFlags } from './operating-flags.ts';

const sync = 'Sync';
const service = 'Service mode';
const output = 'Output and logs';
const advanced = 'Advanced';

/** Settings that every connector has and this version honours (`cli.md §A.2`, and our own). */
const available: readonly FlagSpec[] = [
  {
    name: 'file',
    short: 'f',
    kind: 'string',
    default: 'sync.c1z',
    group: sync,
    description: 'The .c1z file: a sync writes it, a grant or revocation reads it',
  },
  {
    name: 'sync-resource-types',
    kind: 'strings',
    group: sync,
    description: 'Sync these resource types only, comma-separated',
  },
  {
    name: 'sync-resources',
    kind: 'strings',
    group: sync,
    description: 'Sync these resources only, as bid:r:type/id, comma-separated',
  },
  {
    name: 'skip-entitlements-and-grants',
    kind: 'bool',
    group: sync,
    description: 'Sync resources, without entitlements and grants',
  },
  {
    name: 'skip-grants',
    kind: 'bool',
    group: sync,
    hidden: true,
    description: 'Sync without grants; needs --sync-resources',
  },
  {
    name: 'dry-run',
    kind: 'bool',
    group: sync,
    description: 'Check the settings and print what would be synced or changed, then stop',
  },
  {
    name: 'workers',
    kind: 'int',
    default: 10,
    min: -1,
    max: 100,
    group: sync,
    description: 'Calls to the connector under way at once; 0 or 1: one by one, -1: as many as processors, at most 4',
  },
  {
    name: 'parallel-sync',
    kind: 'bool',
    group: sync,
    hidden: true,
    description: 'Deprecated: the same as --workers -1',
  },
  ...changeFlags,
  {
    name: 'client-id',
    kind: 'string',
    group: service,
    description: 'The client id of a credential of C1: connect to it, and work on what it asks for until stopped',
  },
  {
    name: 'client-secret',
    kind: 'string',
    secret: true,
    group: service,
    description: 'The client secret that belongs to the client id',
  },
  {
    name: 'task-concurrency',
    kind: 'int',
    default: 3,
    min: 1,
    max: 100,
    group: service,
    description: 'Tasks that are worked on at once',
  },
  {
    name: 'skip-full-sync',
    kind: 'bool',
    group: service,
    description: 'Answer a full sync with an empty one',
  },
  {
    name: 'keep-previous-sync-c1z',
    kind: 'bool',
    hidden: true,
    group: service,
    description: 'Keep the last file that was uploaded; no connector makes use of it, and a warning says so',
  },
  {
    name: 'http-timeout-seconds',
    kind: 'int',
    default: 300,
    min: 1,
    max: 1800,
    ops: true,
    group: advanced,
    description: 'Seconds that one request may take in all, its repeats included',
  },
  {
    name: 'give-up-after-seconds',
    kind: 'int',
    default: 600,
    min: 0,
    max: 604_800,
    hidden: true,
    group: advanced,
    description: 'Seconds without a single answer after which a sync that has begun is given up',
  },
  {
    name: 'storage-engine',
    kind: 'string',
    oneOf: ['', 'sqlite'],
    group: advanced,
    description: 'How the .c1z file is stored: sqlite',
  },
  {
    name: 'c1z-temp-dir',
    kind: 'string',
    hidden: true,
    group: advanced,
    description: 'An existing folder for working copies; default: BATON_TMPDIR, then the system’s',
  },
  {
    name: 'keep-sync-count',
    kind: 'int',
    default: 2,
    min: 1,
    max: 1000,
    hidden: true,
    group: advanced,
    description: 'Finished syncs that stay in the file',
  },
  {
    name: 'skip-cleanup',
    kind: 'bool',
    hidden: true,
    group: advanced,
    description: 'Keep every finished sync in the file',
  },
  {
    name: 'output',
    kind: 'string',
    default: 'text',
    oneOf: ['text', 'json'],
    group: output,
    description: 'The summary at the end: text for people on stderr, or json on stdout',
  },
  {
    name: 'log-level',
    kind: 'string',
    default: 'info',
    ops: true,
    oneOf: ['debug', 'info', 'warn', 'warning', 'error', 'dpanic', 'panic', 'fatal'],
    group: output,
    description: 'The least important messages to log: debug, info, warn or error',
  },
  {
    name: 'log-format',
    kind: 'string',
    oneOf: ['', 'json', 'console'],
    group: output,
    description: 'How to log: json or console; default: console when stdout is a terminal, else json',
  },
  {
    name: 'log-path',
    kind: 'strings',
    group: output,
    description: 'Where to log instead of stderr: files, stdout or stderr',
  },
  {
    name: 'log-level-debug-expires-at',
    kind: 'string',
    ops: true,
    group: output,
    description: 'When --log-level debug falls back to info, as RFC 3339: 2030-01-31T12:00:00Z',
  },
];

const later = (reason: string, kind: FlagSpec['kind'], ops: boolean, names: readonly string[]): FlagSpec[] =>
  names.map((name) => ({
    name,
    kind,
    ops,
    hidden: true,
    group: advanced,
    description: `Not available in this version: ${reason}`,
    unavailable: reason,
  }));

/** Settings of the Go connector that this version refuses rather than ignores. */
const unavailable: readonly FlagSpec[] = [
  ...later('actions under that name (use --invoke-action)', 'string', false, [
    'list-resource-actions',
    'invoke-resource-action',
    'invoke-resource-action-resource-type',
    'invoke-resource-action-args',
  ]),
  ...later('event feeds', 'string', false, ['event-feed', 'event-feed-id', 'event-feed-cursor', 'event-feed-start-at']),
  ...later('tickets', 'bool', false, [
    'ticketing',
    'create-ticket',
    'bulk-create-ticket',
    'get-ticket',
    'list-ticket-schemas',
  ]),
  ...later('tickets', 'string', false, ['ticket-template-path', 'bulk-ticket-template-path', 'ticket-id']),
  ...later('comparing syncs', 'bool', false, ['diff-syncs']),
  ...later('comparing syncs', 'string', false, ['base-sync-id', 'applied-sync-id']),
  ...later('compacting syncs', 'bool', false, ['compact-syncs']),
  ...later('compacting syncs', 'string', false, ['compact-output-path']),
  ...later('compacting syncs', 'strings', false, ['compact-file-paths', 'compact-sync-ids']),
  ...later('external identities', 'string', false, [
    'external-resource-c1z',
    'external-resource-entitlement-id-filter',
  ]),
  ...later('external identities', 'strings', false, ['external-resource-traits']),
  ...later('groups of settings by sign-in method', 'string', false, ['auth-method']),
  ...later('a limit on the session store', 'int', true, ['session-store-maximum-size']),
  ...later('the Windows event log', 'bool', false, ['log-event-log']),
];

export const builtInFlags: readonly FlagSpec[] = [...available, ...operatingFlags, ...unavailable];
