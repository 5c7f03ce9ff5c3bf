import type { IncomingMessage, ServerResponse } from 'node:http';
import { acceptInvitation } from './accept.ts';
import { type Faults, parseFault } from './faults.ts';
import { isJsonObject, readJson } from './json.ts';
import type { Account } from './model.ts';
import type { RequestLog } from './request-log.ts';
import { changeTeammate } from './strike.ts';

/** What the control endpoint works on. */
export interface ControlState {
  readonly account: Account;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly now: () => number;
}

type Control = (state: ControlState, body: Record<string, unknown>, name: string) => unknown;

const controls: Readonly<Record<string, Control>> = {
  'GET requests': ({ log }) => log.report(),
  'DELETE requests': ({ log }) => log.reset(),
  'GET faults': ({ faults }) => faults.list(),
  'POST faults': ({ faults }, body) => ({ id: faults.add(parseFault(body)) }),
  'DELETE faults': ({ faults }, _body, name) => faults.clear(name === '' ? undefined : Number(name)),
  'POST accept': ({ account }, body) => {
    const { token, username, firstName, lastName } = body;
    if (typeof token !== 'string') throw new Error('accept needs {"token": "…"} from the pending list.');
    const { username: accepted } = acceptInvitation(account, token, {
      ...(typeof username === 'string' && { username }),
      ...(typeof firstName === 'string' && { firstName }),
      ...(typeof lastName === 'string' && { lastName }),
    });
    return { username: accepted };
  },
  'POST teammates': ({ account }, body, name) => {
    if (!changeTeammate(account, name, body)) throw new Error(`There is no teammate ${JSON.stringify(name)}.`);
  },
  'DELETE keys': ({ account }, _body, name) => {
    const key = account.apiKeys.get(name);
    if (!key) throw new Error(`There is no API key with the id ${JSON.stringify(name)}.`);
    key.isRevoked = true;
  },
};

/** Needs no key, so it answers only programs on this machine; a browser's page, which sends `Origin`, is refused. */
export async function answerControl(
  state: ControlState,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const reply = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(body ?? {})}\n`);
  };
  if (!isLoopback(request.socket.remoteAddress) || request.headers.origin !== undefined) {
    return reply(403, { error: 'The control endpoint answers only programs on this machine.' });
  }
  const [, , what = '', name = ''] = path.split('/');
  const control = controls[`${request.method} ${what}`];
  if (!control) return reply(404, { error: `Controls: ${Object.keys(controls).join(', ')}.` });
  try {
    const body = (await readJson(request)) ?? {};
    if (!isJsonObject(body)) throw new Error('The body must be a JSON object.');
    return reply(200, control(state, body, decodeURIComponent(name)));
  } catch (error) {
    return reply(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function isLoopback(address: string | undefined): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address ?? '');
}
