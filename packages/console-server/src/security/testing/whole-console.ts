import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Role } from '@baton-ts/console-api';
import { Cookie } from '../../auth/cookies.ts';
import { Sessions } from '../../auth/sessions.ts';
import type { Clock } from '../../clock.ts';
import { type ConsoleOptions, compose } from '../../compose.ts';
import { silentLogger } from '../../logger.ts';
import { insertPerson, type Person } from '../../people/person.ts';
import { Browser, PUBLIC_URL } from '../../people/testing/world.ts';
import type { Store } from '../../store/store.ts';
import { tempFolder } from '../../testing/with-stores.ts';

/** Moves only forward, and only when a test says so; sleeping takes real time. */
export class SteppedClock implements Clock {
  #aheadMs = 0;
  now(): number {
    return Date.now() + this.#aheadMs;
  }
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await delay(ms, undefined, { signal, ref: false });
  }
  forward(ms: number): void {
    this.#aheadMs += ms;
  }
}

/** Everything that `console start` puts together, behind a real listener. */
export async function startWholeConsole(t: TestContext, store: Store, options: Partial<ConsoleOptions> = {}) {
  const clock = new SteppedClock();
  const dataDir = tempFolder(t);
  const whole = await compose({
    store,
    clock,
    logger: silentLogger,
    dataDir,
    publicUrl: PUBLIC_URL,
    trustedProxies: [],
    allowPrivateIssuer: false,
    connectors: {
      host: '127.0.0.1',
      port: 0,
      publicHost: 'localhost:8443',
      names: ['localhost'],
      localName: 'localhost',
    },
    ...options,
  });
  t.after(() => whole.http.close());
  const url = await whole.http.listen({ port: 0, host: '127.0.0.1' });
  const sessions = new Sessions(store, clock);
  const cookie = new Cookie('console', PUBLIC_URL);

  const person = (name: string, ...roles: readonly Role[]): Promise<Person> =>
    store.transaction((trx) =>
      insertPerson(trx, clock.now(), { email: `${name}@marlowe.example`, displayName: name, origin: 'LOCAL', roles }),
    );
  /** A browser in which the person is signed in. */
  const signedIn = async ({ id }: Person): Promise<Browser> => {
    const session = await store.transaction((trx) => sessions.open(trx, id, undefined));
    const browser = new Browser(url);
    browser.keep(cookie.set(session.token, 60_000));
    browser.csrfToken = session.csrfToken;
    return browser;
  };
  return { ...whole, store, clock, url, person, signedIn, anonymous: () => new Browser(url) };
}

export type WholeConsole = Awaited<ReturnType<typeof startWholeConsole>>;
