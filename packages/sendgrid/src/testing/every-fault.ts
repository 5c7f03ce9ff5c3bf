import type { TestContext } from 'node:test';
import { createHttpClient, type HttpClient, type HttpClientOptions } from '@baton-ts/connector-sdk';
import type { Fault } from 'sendgrid-simulator';
import { stageGrants } from './grants-stage.ts';

/** A client on whose clock every wait is over at once. */
export function impatientClient(): (options: HttpClientOptions) => HttpClient {
  let nowMs = 0;
  const clock = {
    nowMs: () => nowMs,
    wallMs: () => nowMs,
    sleep: (ms: number) => Promise.resolve(void (nowMs += ms)),
  };
  return (options) => createHttpClient(options, { timeoutMs: 60_000, random: () => 0, clock });
}

/** What can go wrong once at a request. */
const faults: readonly Fault[] = [
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: 'html' },
  { kind: 'empty-body' },
  { kind: 'cut-json' },
  { kind: 'echo-only' },
  // Of a person who is read, it would be the truth.
  { kind: 'status', status: 404, method: 'PATCH' },
  { kind: 'status', status: 404, body: '<html>', headers: { 'content-type': 'text/html' } },
  ...[400, 401, 403, 429, 500, 503].map((status) => ({ kind: 'status', status }) as const),
  ...[403, 500, 502].map((status) => ({ kind: 'status', status, done: true }) as const),
];

type Stage = Awaited<ReturnType<typeof stageGrants>>;

/**
 * Makes a change again and again in a fresh account, each time with another fault at another of its requests.
 *
 * @param change asks for the change, and returns what looks at the account afterwards: `ended` is `done`, or the error
 */
export async function everyFault(
  t: TestContext,
  change: (stage: Stage) => { readonly made: Promise<unknown>; readonly check: (ended: string, what: string) => void },
): Promise<void> {
  for (const fault of faults) {
    for (const after of [0, 1, 2, 3, 4]) {
      const stage = await stageGrants(t, { createHttpClient: impatientClient() });
      stage.fault({ ...fault, after });
      const { made, check } = change(stage);
      const ended = await made.then(() => 'done', String);
      check(ended, `${JSON.stringify(fault)} at request ${after}: ${ended}`);
      await stage.simulator.close();
    }
  }
}
