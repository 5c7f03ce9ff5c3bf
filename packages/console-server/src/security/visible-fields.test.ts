import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type Role, role } from '@baton-ts/console-api';
import { SyncedApp } from '../apps/testing/synced-app.ts';
import type { Answer, Browser } from '../people/testing/world.ts';
import { openStore } from '../store/open-store.ts';
import { tempFolder } from '../testing/with-stores.ts';
import { apiKeyToken } from './testing/api-key-token.ts';
import { audiences } from './testing/audiences.ts';
import { addressOf } from './testing/route-address.ts';
import { startWholeConsole } from './testing/whole-console.ts';

/** Routes that only tell. Their answers are read as a whole, whatever they hold. */
const telling = Object.keys(audiences).filter((name) =>
  /^GET |^POST \/api\/v1\/(search|export|grants|systemlog|connectorcatalog)(\/|$)/.test(name),
);

const readers: readonly Role[] = ['SUPER_ADMINISTRATOR', 'CONNECTOR_ADMINISTRATOR', 'READ_ONLY_ADMINISTRATOR'];
const auditors: readonly Role[] = ['SUPER_ADMINISTRATOR', 'READ_ONLY_ADMINISTRATOR'];
const superOnly: readonly Role[] = ['SUPER_ADMINISTRATOR'];
const peopleReaders: readonly Role[] = role.options.filter((one) => one !== 'BASIC_USER');
const nobody: readonly Role[] = [];

type Finds = (answer: unknown, text: string) => boolean;

const says =
  (words: string): Finds =>
  (_answer, text) =>
    text.includes(words);
/** A field of somebody who is not the one who asks. */
const ofKofi =
  (field: string): Finds =>
  (answer) =>
    some(answer, (object) => object['email'] === KOFI && object[field] !== undefined);
const KOFI = 'kofi@marlowe.example';

/**
 * What can be seen at all, and by which roles (`governance.md §2.1`), of things that the one who asks does not own. Exactly
 * these: a role that sees more has a hole, one that sees less has lost a right, or the walk does not get there.
 */
const table: readonly [what: string, finds: Finds, roles: readonly Role[]][] = [
  ['the name of somebody else', says('kofi'), peopleReaders],
  ['the roles of somebody else', ofKofi('roles'), auditors],
  ['how somebody else came in', ofKofi('origin'), auditors],
  ['when somebody else was invited', ofKofi('invitedUntil'), auditors],
  ['when somebody else signed in', ofKofi('lastSignInAt'), auditors],
  ['an app', says('Payroll app'), readers],
  ['an account', says('Payroll account'), readers],
  ['an entitlement', says('payroll.read'), readers],
  ['a connector', says('Payroll connector'), readers],
  ['the system log', says('settings.mail_changed'), auditors],
  // Not the settings, but the record of who changed them to what: the system log is the evidence of everything (`§4`).
  ['the mail server', says('mail.inside.example'), auditors],
  ['the sign-in provider', says('https://id.marlowe.example'), auditors],
  ['what to register with the sign-in provider', says('"redirectUri"'), superOnly],
  ['mails that went out', says('"sentAt"'), superOnly],
  ['the password of the mail server', says('the password of the mail server'), nobody],
  ['the secret of the sign-in provider', says('the secret of the provider'), nobody],
  ['the hash of a password', says('scrypt$'), nobody],
  ['the private half of a credential', says('secret-token:'), nobody],
  ['a private key', says('PRIVATE KEY'), nobody],
];

function some(value: unknown, holds: (object: Readonly<Record<string, unknown>>) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return holds({ ...value }) || Object.values(value).some((inner) => some(inner, holds));
}

async function start(t: TestContext) {
  const store = await openStore({ dataDir: tempFolder(t), clock: { now: () => Date.now(), sleep: async () => {} } });
  t.after(() => store.close());
  const whole = await startWholeConsole(t, store);
  const admin = await whole.signedIn(await whole.person('ines', 'SUPER_ADMINISTRATOR'));
  const kofi = await whole.person('kofi', 'APPLICATION_ADMINISTRATOR');
  const seen = { last_sign_in_ms: Date.now(), invited_until_ms: Date.now() };
  await store.db.updateTable('people').set(seen).where('id', '=', kofi.id).execute();
  const hash = 'scrypt$4$8$1$c2FsdA$aGFzaA';
  await store.db.insertInto('passwords').values({ person_id: kofi.id, hash, changed_ms: 1 }).execute();
  const done = (answer: Answer): Answer => {
    assert.equal(answer.status, 200, answer.text);
    return answer;
  };
  done(
    await admin.post('/api/v1/settings/mail', {
      smtp: {
        host: 'mail.inside.example',
        port: 587,
        security: 'STARTTLS',
        username: 'console',
        from: 'console@marlowe.example',
      },
      password: 'the password of the mail server',
    }),
  );
  done(
    await admin.post('/api/v1/settings/oidc', {
      oidc: { displayName: 'ID', issuer: 'https://id.marlowe.example', clientId: 'console', createPeople: false },
      clientSecret: 'the secret of the provider',
    }),
  );
  const app = await new SyncedApp(store).create('Payroll app', [kofi.id]);
  const account = await app.account('Payroll account');
  const entitlement = await app.entitlement('payroll.read', 3);
  await app.grant(account, entitlement);
  const made = done(
    await admin.post('/api/v1/connectors/create', {
      catalogId: 'baton',
      displayName: 'Payroll connector',
      app: { kind: 'new', displayName: 'Payroll app two' },
      userIds: [kofi.id],
    }),
  );
  const connectorId = made.textAt('connector', 'id');
  await store.db.updateTable('connectors').set({ app_id: app.appId }).where('id', '=', connectorId).execute();
  done(await admin.post('/api/v1/apps/connectors/credentials', { appId: app.appId, connectorId }));
  const { id: resource } = await store.db
    .selectFrom('resources')
    .select('id')
    .where('app_id', '=', app.appId)
    .executeTakeFirstOrThrow();
  const ids = {
    app_id: app.appId,
    app_user_id: account,
    app_entitlement_id: entitlement,
    resource_id: resource,
    connector_id: connectorId,
    user_id: kofi.id,
  };
  return { ...whole, ids };
}

/** Everything that somebody can be told, by a browser or with an API key. */
async function everything(
  ids: Readonly<Record<string, string>>,
  browser: Browser,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const name of telling) {
    const { method, path } = addressOf(name, ids);
    const isSearch = name === 'GET /api/v1/search/everything';
    const address = isSearch ? `${path}?query=payroll` : path;
    answers.push(await browser.call(method, address, method === 'GET' ? undefined : {}, headers));
  }
  return answers;
}

function found(answers: readonly Answer[]): string[] {
  return table
    .filter(([, finds]) =>
      answers.some(({ text, headers }) => {
        const isJson = /^application\/json(;|$)/.test(headers.get('content-type') ?? '');
        return finds(isJson ? JSON.parse(text) : undefined, text);
      }),
    )
    .map(([what]) => what);
}

describe('what a role is told by all routes together', () => {
  for (const one of role.options) {
    test(`is for a ${one} what the table says, in a browser and with an API key`, async (t) => {
      const { person, signedIn, anonymous, ids, url } = await start(t);
      const browser = await signedIn(await person('omar', one));
      const token = await apiKeyToken(browser, url);
      const allowed = table.filter(([, , roles]) => roles.includes(one)).map(([what]) => what);
      assert.deepEqual(found(await everything(ids, browser)), allowed);
      const withKey = await everything(ids, anonymous(), { authorization: `Bearer ${token}` });
      assert.deepEqual(found(withKey), allowed);
    });
  }
});
