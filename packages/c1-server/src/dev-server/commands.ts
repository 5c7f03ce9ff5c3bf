import { type CommandSpec, completionCommand, type FlagSpec, helpCommand } from '@baton-ts/command-line';

/** A word after `baton-dev-server`, or at its prompt. */
export interface DevCommand extends CommandSpec {
  readonly flags: readonly FlagSpec[];
  /** How many words may follow. */
  readonly words: readonly [min: number, max: number];
  /** Done by the program itself, without the running server. */
  readonly isLocal?: true;
}

const dir: FlagSpec = {
  name: 'dir',
  kind: 'string',
  default: '.baton-dev-server',
  group: 'Flags',
  description: 'The folder of the server: what it remembers, its certificate, the files it received',
};

/** Flags of every command. */
export const globalFlags: readonly FlagSpec[] = [
  dir,
  { name: 'help', short: 'h', kind: 'bool', group: 'Flags', description: 'Explain the program or the command' },
  { name: 'version', short: 'v', kind: 'bool', group: 'Flags', description: 'Print the version' },
];

/** Flags of the server itself, when no command is named. */
export const serverFlags: readonly FlagSpec[] = [
  {
    name: 'port',
    kind: 'int',
    default: 8443,
    min: 0,
    max: 65_535,
    group: 'Server',
    description: 'The port to listen at; 0 picks a free one',
  },
  {
    name: 'bind',
    kind: 'string',
    default: '127.0.0.1',
    group: 'Server',
    description: 'The address to listen at',
  },
  {
    name: 'host',
    kind: 'string',
    default: 'localhost',
    group: 'Server',
    description: 'The name under which the connector reaches this server',
  },
  {
    name: 'new-credential',
    kind: 'bool',
    group: 'Server',
    description: 'Make a new credential, and revoke those shown before',
  },
];

const json: FlagSpec = {
  name: 'json',
  kind: 'string',
  group: 'Task',
  description: 'A file with the whole task as protobuf JSON, in place of the words; - reads standard input',
};
const resourceType: FlagSpec = {
  name: 'resource-type',
  kind: 'string',
  group: 'Task',
  description: 'Resource type of the entitlement, when its id does not begin with it',
};
const resource: FlagSpec = {
  name: 'resource',
  kind: 'string',
  group: 'Task',
  description: 'Resource of the entitlement, when its id holds more colons than TYPE:RESOURCE:SLUG',
};
const debug: FlagSpec = {
  name: 'debug',
  kind: 'bool',
  group: 'Task',
  description: 'Ask the connector for a debug log',
};
const noWait: FlagSpec = {
  name: 'no-wait',
  kind: 'bool',
  group: 'Task',
  description: 'Queue the task and do not wait until it ends',
};

const taskFlags = [json, debug, noWait];

export const commands: readonly DevCommand[] = [
  {
    name: 'sync',
    summary: 'Ask for a full sync and wait for the file',
    usage: 'sync [--json FILE]',
    details: 'Asks the connector for a full sync, waits for its file, and says where it is.',
    flags: taskFlags,
    words: [0, 0],
  },
  {
    name: 'grant',
    summary: 'Give an entitlement to a principal',
    usage: 'grant ENTITLEMENT PRINCIPAL_TYPE PRINCIPAL',
    details:
      'Gives an entitlement to a principal. The ids are those of the .c1z file of the last sync: "baton entitlements -f FILE".\n' +
      'An entitlement id is TYPE:RESOURCE:SLUG; where it is not, say the resource with --resource-type and --resource.\n\n' +
      '  baton-dev-server grant group:42:member user 7',
    flags: [...taskFlags, resourceType, resource],
    words: [0, 3],
  },
  {
    name: 'revoke',
    summary: 'Take an entitlement from a principal',
    usage: 'revoke GRANT | revoke ENTITLEMENT PRINCIPAL_TYPE PRINCIPAL',
    details:
      'Takes an entitlement from a principal. A grant id is ENTITLEMENT:PRINCIPAL_TYPE:PRINCIPAL; one with further colons\n' +
      'is written as three words.\n\n' +
      '  baton-dev-server revoke group:42:member:user:7\n' +
      '  baton-dev-server revoke group:42:member user 7',
    flags: [...taskFlags, resourceType, resource],
    words: [0, 3],
  },
  {
    name: 'create-account',
    summary: 'Create an account for a person',
    usage: 'create-account EMAIL [--profile JSON]',
    details:
      'Creates an account without a password. The profile answers the fields that the connector asks for; "email" is\n' +
      'added when it is missing.\n\n' +
      `  baton-dev-server create-account ann@example.test --profile '{"first_name": "Ann"}'`,
    flags: [
      ...taskFlags,
      { name: 'profile', kind: 'string', group: 'Task', description: 'Fields of the account, as a JSON object' },
      { name: 'account-type', kind: 'string', group: 'Task', description: 'The resource type of the account' },
    ],
    words: [0, 1],
  },
  {
    name: 'delete',
    summary: 'Delete a resource',
    usage: 'delete TYPE ID',
    details: 'Deletes a resource: a person, a group, a key.\n\n  baton-dev-server delete user 7',
    flags: taskFlags,
    words: [0, 2],
  },
  {
    name: 'action',
    summary: 'Run an action of the connector',
    usage: 'action NAME [ARGUMENTS]',
    details:
      'Runs an action of the connector and waits until it has ended. ARGUMENTS is a JSON object.\n\n' +
      `  baton-dev-server action reset '{"user": "7"}'`,
    flags: [...taskFlags, { ...resourceType, description: 'The resource type that the action belongs to' }],
    words: [0, 2],
  },
  {
    name: 'hello',
    summary: 'Ask the connector to introduce itself again',
    usage: 'hello',
    details: 'Asks the connector to introduce itself again.',
    flags: [noWait],
    words: [0, 0],
  },
  {
    name: 'cancel',
    summary: 'Cancel a task',
    usage: 'cancel TASK',
    details: 'Cancels a task that waits; one under way hears of it at its next heartbeat.',
    flags: [],
    words: [1, 1],
  },
  {
    name: 'tasks',
    summary: 'List the last tasks and how they ended',
    usage: 'tasks',
    details: 'Lists the last 20 tasks, the newest first.',
    flags: [],
    words: [0, 0],
  },
  {
    name: 'status',
    summary: 'Say who has connected, or what became of a task',
    usage: 'status [TASK]',
    details: 'Says which connector processes were heard, and when; with a task, all that is known about it, as JSON.',
    flags: [],
    words: [0, 1],
  },
  { ...completionCommand, flags: [], words: [1, 1], isLocal: true },
  { ...helpCommand, flags: [], words: [0, 1], isLocal: true },
];

/** Every flag of the program, each once. */
export const allFlags: readonly FlagSpec[] = [
  ...new Map(
    [...globalFlags, ...serverFlags, ...commands.flatMap((command) => command.flags)].map((spec) => [spec.name, spec]),
  ).values(),
];
