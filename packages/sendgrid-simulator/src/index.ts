import { type Acceptance, acceptInvitation } from './accept.ts';
import { addWellKnownKeys, effectiveScopes, type WellKnownKeys } from './account.ts';
import { addEdgeNames } from './accounts/edge-names.ts';
import { generatedAccount, type Sizes } from './accounts/generated.ts';
import { northwindAccount } from './accounts/northwind.ts';
import { type ActiveFault, type Fault, Faults, type TeammateChange } from './faults.ts';
import type { Account } from './model.ts';
import { RequestLog, type RequestReport } from './request-log.ts';
import type { Plan } from './scope-names.ts';
import { ApiServer } from './server.ts';
import { changeTeammate } from './strike.ts';

export type { Acceptance } from './accept.ts';
export type { WellKnownKeys } from './account.ts';
export type { Sizes } from './accounts/generated.ts';
export type { ActiveFault, Fault, Misbehaviour, TeammateChange } from './faults.ts';
export type { LoggedRequest, RequestCount, RequestReport } from './request-log.ts';

export interface SimulatorOptions extends Partial<Sizes> {
  /** Default 1. The same seed gives the same account, ids, tokens and keys. */
  readonly seed?: number;
  /** Default 0: a free port. */
  readonly port?: number;
  /** Default `pro`. `free`: no subusers, no single sign-on, one teammate beside the owner. */
  readonly plan?: Plan;
  /** The key with full access; by default one that derives from the seed. */
  readonly apiKey?: string;
  /** Adds teammates and subusers with awkward names. Default false. */
  readonly edgeNames?: boolean;
  /** Requests per window for each key, route and subuser; 0 for no limit. Default 600. */
  readonly rateLimitPerMinute?: number;
  /** Length of the window in ms. Default 60,000. Reset times are in whole seconds, as in the service. */
  readonly windowMs?: number;
  /** Before each answer. Default 0. */
  readonly latencyMs?: number;
  /** Answers as the official description says instead of as the service was seen to. Default false. */
  readonly asDocumented?: boolean;
  /** The clock, in ms since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** Steers a simulator from the same process; `/_control/…` does the same over HTTP. */
export interface SimulatorControl {
  /** Returns the fault's id. */
  addFault(fault: Fault): number;
  faults(): readonly ActiveFault[];
  /** Without an id, all. */
  clearFaults(id?: number): void;
  requests(): RequestReport;
  resetRequests(): void;
  /** The invited person accepts; returns the new teammate's username. */
  accept(token: string, acceptance?: Acceptance): string;
  /** Somebody else changes a teammate of the account. */
  changeTeammate(username: string, change: TeammateChange): void;
  /** The scopes that a read of the teammate shows now, without a request. */
  scopesOf(username: string): readonly string[] | undefined;
  /** Everything behind the answers, to look at and to change. */
  readonly account: Account;
}

export interface Simulator {
  /** For `BATON_SENDGRID_BASE_URL`; without a trailing slash. */
  readonly url: string;
  /** The host of the EU region, which answers only for subusers there. */
  readonly euUrl: string;
  /** For `BATON_SENDGRID_API_KEY`: full access. */
  readonly apiKey: string;
  readonly keys: Readonly<Record<keyof WellKnownKeys, string>>;
  readonly control: SimulatorControl;
  close(): Promise<void>;
}

/**
 * Starts a stand-in for SendGrid on this machine. Without sizes the account is a company of about 60 people; with
 * any of them it is generated, and sizes left out have small defaults.
 *
 * @example
 * const simulator = await startSimulator({ teammates: 1000, subusers: 20 });
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const {
    now = Date.now,
    rateLimitPerMinute = 600,
    windowMs = 60_000,
    latencyMs = 0,
    port = 0,
    asDocumented = false,
  } = options;
  const account = makeAccount(options, now());
  const keys = addWellKnownKeys(account, options.apiKey);
  const faults = new Faults();
  const log = new RequestLog();
  const server = new ApiServer({
    account,
    faults,
    log,
    now,
    latencyMs,
    asDocumented,
    rateLimit: rateLimitPerMinute,
    windowMs,
  });
  const url = await server.listen('global', port);
  const euUrl = await server.listen('eu', 0);
  const secrets = Object.fromEntries(Object.entries(keys).map(([name, { secret }]) => [name, secret]));
  return {
    url,
    euUrl,
    apiKey: keys.full.secret,
    keys: secrets as Record<keyof WellKnownKeys, string>,
    close: () => server.close(),
    control: {
      account,
      addFault: (fault) => faults.add(fault),
      faults: () => faults.list(),
      clearFaults: (id) => faults.clear(id),
      requests: () => log.report(),
      resetRequests: () => log.reset(),
      accept: (token, acceptance) => acceptInvitation(account, token, acceptance).username,
      changeTeammate: (username, change) => {
        if (!changeTeammate(account, username, change)) {
          throw new Error(`There is no teammate ${JSON.stringify(username)}.`);
        }
      },
      scopesOf: (username) => {
        const teammate = account.teammates.get(username);
        return teammate && effectiveScopes(account, undefined, teammate);
      },
    },
  };
}

function makeAccount(options: SimulatorOptions, nowMs: number): Account {
  const { seed = 1, plan = 'pro', edgeNames = false } = options;
  const { teammates, admins, subusers, localTeammates, invitations } = options;
  const hasSizes = [teammates, admins, subusers, localTeammates, invitations].some((size) => size !== undefined);
  const isFree = plan === 'free';
  const sizes = {
    teammates: teammates ?? (isFree ? 2 : 25),
    admins: Math.max(1, admins ?? 3),
    subusers: isFree ? 0 : (subusers ?? 0),
    localTeammates: localTeammates ?? 0,
    invitations: invitations ?? 0,
  };
  if (isFree && admins === undefined) sizes.admins = 1;
  const account = hasSizes || isFree ? generatedAccount(sizes, plan, seed, nowMs) : northwindAccount(seed, nowMs);
  if (edgeNames) addEdgeNames(account);
  return account;
}
