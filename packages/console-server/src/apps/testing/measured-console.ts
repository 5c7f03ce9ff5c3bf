import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PasswordHashes } from '../../auth/password-hashes.ts';
import type { StorePlace } from '../../store/open-store.ts';
import type { Store } from '../../store/store.ts';
import { newActor } from './synced-app.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));
const PASSWORD = 'four brown horses run';

export type Ask = (path: string, body?: object) => Promise<{ readonly nextPageToken?: string }>;

/** Who asks: an administrator, unless the directory has her. */
export async function addAdministrator(store: Store): Promise<void> {
  const email = 'ines@marlowe.example';
  const known = await store.db.selectFrom('people').select('id').where('email', '=', email).executeTakeFirst();
  if (known !== undefined) return;
  const { id } = await newActor(store, 'Ines', ['SUPER_ADMINISTRATOR']);
  const hash = await new PasswordHashes().hash(PASSWORD);
  await store.db.insertInto('passwords').values({ person_id: id, hash, changed_ms: Date.now() }).execute();
}

/** A console in a process of its own, and whoever asks it as that administrator. */
export async function startConsole({ dataDir, databaseUrl }: StorePlace): Promise<{ ask: Ask; stop(): Promise<void> }> {
  const flags = ['--data-dir', dataDir, '--http-port', '0', '--connector-port', '0', '--log-level', 'error'];
  const child = spawn(process.execPath, ['--conditions=x-source', MAIN, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DATABASE_URL: databaseUrl ?? '' },
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  while (!/The console is at \S+\n/.test(said) && child.exitCode === null) {
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  }
  const url = new URL(/The console is at (\S+)/.exec(said)?.[1] ?? '').origin;
  const json = { 'content-type': 'application/json' };
  const signedIn = await post(`${url}/api/v1/session`, json, { email: 'ines@marlowe.example', password: PASSWORD });
  if (signedIn.status !== 200) throw new Error(`${signedIn.status}: ${await signedIn.text()}`);
  // Only once the whole answer has come it counts.
  await signedIn.text();
  const cookie = signedIn.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ');
  const session = await (await fetch(`${url}/api/v1/session`, { headers: { cookie } })).json();
  const csrf = typeof session === 'object' && session !== null && 'csrfToken' in session ? session.csrfToken : '';
  const headers = { ...json, cookie, 'x-csrf-token': String(csrf) };
  return {
    async ask(path, body) {
      const response = await (body === undefined
        ? fetch(`${url}${path}`, { headers })
        : post(`${url}${path}`, headers, body));
      const answer = await response.json();
      if (response.status !== 200) throw new Error(`${path} ${response.status}: ${JSON.stringify(answer)}`);
      return answer as { readonly nextPageToken?: string };
    },
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function post(url: string, headers: Readonly<Record<string, string>>, body: object): Promise<Response> {
  return await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}
