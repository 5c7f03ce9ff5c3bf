import type { CommandSpec, FlagSpec } from '@baton-ts/command-line';

/** As in `package.json`. */
export const ownVersion = '0.1.0';

export const summary = 'Governance for SendGrid and every other Baton connector: who has access to what.';

const group = 'Flags';
export const flags: readonly FlagSpec[] = [
  {
    name: 'data-dir',
    kind: 'string',
    default: './console-data',
    group,
    description: 'the folder for everything that is kept',
  },
  {
    name: 'database-url',
    kind: 'string',
    group,
    secret: true,
    description: 'postgres://… instead of the embedded database ($DATABASE_URL)',
  },
  {
    name: 'http-port',
    kind: 'int',
    default: 8080,
    min: 0,
    max: 65_535,
    group,
    description: 'port for browsers and scripts',
  },
  { name: 'host', kind: 'string', default: '127.0.0.1', group, description: 'address to listen at' },
  {
    name: 'public-url',
    kind: 'string',
    group,
    description: 'where browsers reach the console (default http://localhost:<http-port>)',
  },
  { name: 'tls-cert', kind: 'string', group, description: 'file with the certificate, PEM' },
  { name: 'tls-key', kind: 'string', group, description: 'file with its key, PEM' },
  {
    name: 'tls-ca',
    kind: 'string',
    group,
    description: 'file with the private authority of that certificate, PEM, for connectors to trust',
  },
  {
    name: 'connector-port',
    kind: 'int',
    default: 8443,
    min: 0,
    max: 65_535,
    group,
    description: 'port for connectors, TLS',
  },
  {
    name: 'connector-host',
    kind: 'string',
    default: 'localhost',
    group,
    description: 'name by which connectors reach this machine; the own certificate is made for it',
  },
  {
    name: 'sendgrid-base-url',
    kind: 'string',
    group,
    hidden: true,
    description: 'another address in place of SendGrid, such as that of the simulator',
  },
  {
    name: 'trusted-proxies',
    kind: 'strings',
    group,
    description: 'addresses of reverse proxies whose x-forwarded-for is believed',
  },
  {
    name: 'log-level',
    kind: 'string',
    default: 'info',
    oneOf: ['debug', 'info', 'warn', 'error'],
    group,
    description: 'the lowest level that is logged',
  },
  { name: 'help', short: 'h', kind: 'bool', group, description: 'explain the program' },
  { name: 'version', short: 'v', kind: 'bool', group, description: 'print the version' },
  {
    name: 'output',
    short: 'o',
    kind: 'string',
    default: 'text',
    oneOf: ['text', 'json'],
    group,
    hidden: true,
    description: 'with --version: text or json',
  },
];

export const commands: readonly CommandSpec[] = [
  { name: 'start', summary: 'Start the server (the default)', usage: 'start [flags]', details: '' },
  { name: 'audit', summary: 'audit verify: prove that the system log is whole', usage: 'audit verify', details: '' },
  {
    name: 'authority',
    summary: 'authority renew, then authority switch: replace whom connectors trust',
    usage: 'authority renew',
    details: '',
  },
  { name: 'backup', summary: 'Copy database and files into a new folder', usage: 'backup FOLDER', details: '' },
  { name: 'restore', summary: 'Put a backup into an empty data folder', usage: 'restore FOLDER', details: '' },
  { name: 'rotate-key', summary: 'Seal the saved secrets with a new key', usage: 'rotate-key', details: '' },
];

/** The environment variables that a flag can come from; the first that is set counts. */
export function variablesOf({ name }: FlagSpec): readonly string[] {
  if (name === 'help' || name === 'version' || name === 'output') return [];
  const suffix = name.toUpperCase().replaceAll('-', '_');
  return [`BATON_CONSOLE_${suffix}`, `CONSOLE_${suffix}`, ...(name === 'database-url' ? ['DATABASE_URL'] : [])];
}
