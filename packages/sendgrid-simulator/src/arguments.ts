import { parseArgs } from 'node:util';
import type { SimulatorOptions } from './index.ts';

/** The command line asks for what there is not; the message says what to do. */
export class UsageError extends Error {}

export interface Arguments {
  readonly options: SimulatorOptions;
  readonly asJson: boolean;
  readonly showHelp: boolean;
}

const flags = {
  port: { type: 'string' },
  seed: { type: 'string' },
  plan: { type: 'string' },
  'api-key': { type: 'string' },
  teammates: { type: 'string' },
  admins: { type: 'string' },
  subusers: { type: 'string' },
  'local-teammates': { type: 'string' },
  invitations: { type: 'string' },
  'edge-names': { type: 'boolean' },
  'as-documented': { type: 'boolean' },
  'rate-limit': { type: 'string' },
  'window-ms': { type: 'string' },
  'latency-ms': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Beyond this, an account would take gigabytes. */
const largestSize = 1_000_000;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: false }).values;
  } catch {
    const known = new Set(Object.keys(flags).map((name) => `--${name}`));
    const unknown = args.find((arg) => arg !== '-h' && arg.startsWith('-') && !known.has(arg.replace(/=.*/, '')));
    const problem = unknown ? `Unknown option ${unknown}.` : `Cannot read the options: ${args.join(' ')}.`;
    throw new UsageError(`${problem} See sendgrid-simulator --help.`);
  }
}

/** Throws `UsageError`. */
export function readArguments(args: readonly string[]): Arguments {
  const values = parse(args);
  const count = (name: keyof typeof values, atMost = largestSize): number | undefined => {
    const text = values[name];
    if (text === undefined) return undefined;
    if (typeof text === 'string' && /^\d{1,9}$/.test(text) && Number(text) <= atMost) return Number(text);
    throw new UsageError(`--${name} must be a whole number from 0 to ${atMost}, not ${JSON.stringify(text)}.`);
  };
  const { plan } = values;
  if (plan !== undefined && plan !== 'free' && plan !== 'pro') {
    throw new UsageError(`--plan must be free or pro, not ${JSON.stringify(plan)}.`);
  }
  const numbers = {
    port: count('port', 65_535),
    seed: count('seed'),
    teammates: count('teammates'),
    admins: count('admins'),
    subusers: count('subusers'),
    localTeammates: count('local-teammates'),
    invitations: count('invitations'),
    rateLimitPerMinute: count('rate-limit'),
    windowMs: count('window-ms', 3_600_000),
    latencyMs: count('latency-ms', 600_000),
  };
  if (numbers.windowMs === 0) throw new UsageError('--window-ms must be at least 1.');
  const given = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined));
  const options: SimulatorOptions = {
    ...given,
    ...(plan !== undefined && { plan }),
    ...(values['api-key'] !== undefined && { apiKey: values['api-key'] }),
    ...(values['edge-names'] && { edgeNames: true }),
    ...(values['as-documented'] && { asDocumented: true }),
  };
  return { options, asJson: values.json ?? false, showHelp: values.help ?? false };
}
