import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { Role } from '@baton-ts/console-api';
import { createAuditLog } from '../../audit/append.ts';
import type { Clock } from '../../clock.ts';
import { nobody, type RequestContext } from '../../domain/actor.ts';
import { createServer } from '../../http/create-server.ts';
import { silentLogger } from '../../logger.ts';
import type { OutgoingMail } from '../../mail/mailer.ts';
import { keysFromText } from '../../settings/key-ring.ts';
import { secretBox } from '../../settings/secret-box.ts';
import { c1Store } from '../../store/c1-store.ts';
import type { Store } from '../../store/store.ts';
import { type PeopleParts, peopleServices } from '../people-services.ts';

export const PUBLIC_URL = new URL('https://console.example.com');
export const PASSWORD = 'four brown horses run';

/** Stands still until it is moved. */
export class TestClock implements Clock {
  #nowMs = Date.now();

  now(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  async sleep(): Promise<void> {}
}

/** A console with its people, behind a real listener, and no one in it. */
export async function startWorld(t: TestContext, store: Store, options: Partial<PeopleParts> = {}) {
  const clock = new TestClock();
  const box = secretBox(keysFromText(randomBytes(32).toString('base64')));
  const mails: OutgoingMail[] = [];
  const parts: PeopleParts = {
    store,
    clock,
    box,
    audit: createAuditLog({ store, clock }),
    mailer: { send: async (_trx, mail) => void mails.push(mail) },
    publicUrl: PUBLIC_URL,
    instanceName: async () => 'Marlowe Goods',
    peopleChanged: () => {},
    nonces: c1Store(store, box, clock),
    allowPrivateIssuer: false,
    passwordCost: { logN: 4, r: 8, p: 1 },
    ...options,
  };
  const services = peopleServices(parts);
  const { routes, authentication } = services;
  const app = createServer({ routes, authentication, publicUrl: parts.publicUrl, logger: silentLogger });
  t.after(() => app.close());
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const browser = (): Browser => new Browser(url);

  /** The first person, signed in. */
  const firstPerson = async (email = 'ines@marlowe.example'): Promise<Browser> => {
    const link = await services.firstStart.newLink();
    const token = new URL(link ?? '').hash.slice(1);
    const admin = browser();
    const { status } = await admin.post('/api/v1/setup', {
      token,
      email,
      displayName: 'Ines Castellanos',
      password: PASSWORD,
    });
    assert.equal(status, 200);
    return admin;
  };

  /** Somebody with these roles who has accepted the invitation. */
  const person = async (admin: Browser, email: string, roles: readonly Role[] = []): Promise<Browser> => {
    const made = await admin.post('/api/v1/users', { email, displayName: nameOf(email), roles, invite: true });
    assert.equal(made.status, 200, made.text);
    const guest = browser();
    const accepted = await guest.post('/api/v1/invitations/accept', { token: lastToken(mails), password: PASSWORD });
    assert.equal(accepted.status, 200, accepted.text);
    return guest;
  };

  const log = async (): Promise<string[]> => {
    const rows = await store.db.selectFrom('audit_log').selectAll().orderBy('seq').execute();
    return rows.map(
      (row) => `${row.actor_name}: ${row.action}${row.target_name === null ? '' : ` ${row.target_name}`}`,
    );
  };

  return { store, clock, box, mails, services, browser, firstPerson, person, log };
}

export type World = Awaited<ReturnType<typeof startWorld>>;

/** `omar.haddad@…` → `Omar Haddad` */
export function nameOf(email: string): string {
  const words = (email.split('@')[0] ?? '').split('.');
  return words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`).join(' ');
}

/** The token of the link in the last mail. */
export function lastToken(mails: readonly OutgoingMail[]): string {
  return /#([\w-]{43})/.exec(mails.at(-1)?.text ?? '')?.[1] ?? '';
}

/** What handlers get for somebody who is not signed in, with the cookies that they set. */
export function anonymous(): { readonly context: RequestContext; readonly cookies: string[] } {
  const cookies: string[] = [];
  const context: RequestContext = {
    actor: nobody,
    requestId: 'req_1',
    ip: '192.0.2.1',
    signal: new AbortController().signal,
    setCookie: (header) => void cookies.push(header),
  };
  return { context, cookies };
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** Reaches into the body: `at('user', 'roles', 0)`. */
  readonly at: (...path: readonly (string | number)[]) => unknown;
  /** The same where a text is expected; empty when there is none. */
  readonly textAt: (...path: readonly (string | number)[]) => string;
}

/** A browser as far as the server can tell: it keeps cookies, names its origin, and sends the token of the session. */
export class Browser {
  readonly cookies = new Map<string, string>();
  csrfToken = '';
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.call('GET', path, undefined, headers);
  }

  post(path: string, body: unknown = {}, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.call('POST', path, body, headers);
  }

  delete(path: string): Promise<Answer> {
    return this.call('DELETE', path);
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...(this.cookies.size === 0 ? {} : { cookie: this.cookieHeader }),
        ...(method === 'GET' ? {} : { origin: PUBLIC_URL.origin, 'x-csrf-token': this.csrfToken }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const header of response.headers.getSetCookie()) this.keep(header);
    if (response.headers.getSetCookie().length > 0) await this.#fetchCsrfToken();
    const text = await response.text();
    const at: Answer['at'] = (...path) => path.reduce<unknown>(reach, JSON.parse(text));
    const textAt: Answer['textAt'] = (...path) => textOf(at(...path));
    return { status: response.status, text, headers: response.headers, at, textAt };
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  keep(setCookie: string): void {
    const [pair = ''] = setCookie.split(';');
    const at = pair.indexOf('=');
    const value = pair.slice(at + 1);
    if (value === '') this.cookies.delete(pair.slice(0, at));
    else this.cookies.set(pair.slice(0, at), value);
  }

  async signIn(email: string, password = PASSWORD): Promise<Answer> {
    return this.post('/api/v1/session', { email, password });
  }

  async #fetchCsrfToken(): Promise<void> {
    const response = await fetch(`${this.#url}/api/v1/session`, { headers: { cookie: this.cookieHeader } });
    const session: unknown = await response.json();
    this.csrfToken = textOf(reach(session, 'csrfToken'));
  }
}

function reach(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(String(key));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
