import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { checkAccessibility } from './testing/accessibility.ts';
import { api, at } from './testing/page-api.ts';
import { ADMIN, firstSignIn, type Stage, setStage } from './testing/stage.ts';
import { walk } from './testing/walk.ts';

const PASSWORD = 'seven quiet rivers bend';

/** A synced app that belongs to nobody but whoever is named. */
async function connectSendGrid(
  { page, simulator, url }: Stage,
  owners: { readonly app: string; readonly connector: string },
) {
  const made = await api(page, 'POST', '/api/v1/connectors/create', {
    catalogId: 'sendgrid',
    displayName: 'Mail',
    app: { kind: 'new', displayName: 'SendGrid' },
    userIds: [owners.connector],
  });
  const [appId, connectorId] = [at(made, 'connector', 'appId'), at(made, 'connector', 'id')];
  await api(page, 'PUT', `/api/v1/apps/${appId}/owners`, { userIds: [owners.app] });
  await api(page, 'POST', `/api/v1/apps/${appId}/connectors/${connectorId}/config`, {
    values: {},
    secrets: { 'sendgrid-api-key': simulator.apiKey },
  });
  await page.goto(`${url}/apps/${appId}/connectors/${connectorId}`);
  await page.getByText('Connected', { exact: true }).first().waitFor({ timeout: 60_000 });
  return { appId, connectorId };
}

/** Somebody of the directory, and how they come in: by a link that the administrator hands over. */
async function addPerson({ page }: Stage, person: { email: string; displayName: string; roles: readonly string[] }) {
  const id = at(await api(page, 'POST', '/api/v1/users', person), 'user', 'id');
  const link = at(await api(page, 'POST', `/api/v1/users/${id}/invitation_link`), 'link');
  return { id, link, ...person };
}

/** A browser of their own, in which they have chosen a password. */
async function comeIn(
  t: TestContext,
  { browser, url }: Stage,
  link: string,
): Promise<{ page: Page; complaints: string[] }> {
  const { page, complaints } = await another(t, browser);
  await page.goto(`${url}/invitation`);
  const token = new URL(link).hash.slice(1);
  await api(page, 'POST', '/api/v1/invitations/accept', { token, password: PASSWORD });
  complaints.splice(0);
  return { page, complaints };
}

async function another(t: TestContext, browser: Stage['browser']) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${page.url()}: ${message.text()}`);
  });
  return { page, complaints };
}

test('people: what each role finds, and how they are looked after', async (t) => {
  const stage = await setStage(t);
  if (stage === undefined) return;
  const { page, simulator, url, complaints } = stage;
  await firstSignIn(stage);
  const teammates = [...simulator.control.account.teammates.values()].filter(
    ({ isOwner, isAdmin }) => !isOwner && !isAdmin,
  );
  const [hers, foreign] = teammates.filter(({ scopes, isRestricted }) => scopes.length > 2 && !isRestricted);
  assert.ok(hers !== undefined && foreign !== undefined);

  const noor = await addPerson(stage, { email: hers.email, displayName: 'Noor Aziz', roles: ['BASIC_USER'] });
  const mei = await addPerson(stage, {
    email: 'mei.chen@northwind.example',
    displayName: 'Mei Chen',
    roles: ['APPLICATION_ADMINISTRATOR'],
  });
  const kofi = await addPerson(stage, {
    email: 'kofi.mensah@northwind.example',
    displayName: 'Kofi Mensah',
    roles: ['APPLICATION_ADMINISTRATOR'],
  });
  const { appId, connectorId } = await connectSendGrid(stage, { app: mei.id, connector: kofi.id });
  const found = await api(page, 'POST', '/api/v1/search/app_users', { query: foreign.email, appIds: [appId] });
  const foreignId = at(found, 'list', 0, 'id');

  const basic = await comeIn(t, stage, noor.link);

  await t.test('a Basic User opens all that she is offered, and nothing of it is refused', async () => {
    const opened = await walk(basic.page, url, basic.complaints);
    assert.deepEqual(opened.toSorted(), ['/', '/my-accounts', '/my-accounts/ID']);
    const account = await api(basic.page, 'GET', '/api/v1/my/app_users');
    await basic.page.goto(`${url}/my-accounts/${at(account, 'list', 0, 'id')}`, { waitUntil: 'networkidle' });
    await checkAccessibility(basic.page);
    await basic.page.goto(`${url}/profile`, { waitUntil: 'networkidle' });
    assert.deepEqual(await basic.page.getByRole('alert').allInnerTexts(), []);
    await checkAccessibility(basic.page);
  });

  await t.test('she sees her account with what it holds, from Home and from the search', async () => {
    const { page } = basic;
    await page.goto(url);
    await page.getByRole('link', { name: 'SendGrid' }).click();
    await page.getByRole('heading', { name: 'SendGrid', level: 1 }).waitFor();
    const held = page.getByRole('listitem').filter({ has: page.locator('.mono') });
    await held.first().waitFor();
    const account = await api(page, 'GET', '/api/v1/my/app_users');
    const id = at(account, 'list', 0, 'id');
    const grants = JSON.stringify(await api(page, 'GET', `/api/v1/my/app_users/${id}/grants?page_size=100`));
    const [scope = ''] = hers.scopes;
    assert.ok(grants.includes(scope), scope);
    await page.getByText(scope, { exact: true }).first().waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: 'Search' }).fill(hers.email);
    await page
      .getByRole('option', { name: /SendGrid/ })
      .or(page.getByRole('button', { name: /SendGrid/ }))
      .first()
      .click();
    await page.waitForURL(/my-accounts/);
  });

  await t.test('and nothing of others, by whatever address', async () => {
    const { page } = basic;
    for (const path of [`/my-accounts/${foreignId}`, `/apps/${appId}/accounts/${foreignId}`, `/users/${mei.id}`]) {
      await page.goto(url + path, { waitUntil: 'networkidle' });
      await page.getByRole('alert').first().waitFor();
      const words = await page.locator('body').innerText();
      for (const word of [foreign.email, foreign.lastName, 'Mei Chen']) assert.ok(!words.includes(word), path);
    }
    await page.goto(url);
    basic.complaints.splice(0);
  });

  await t.test('she sees where she is signed in, and signs out another device', async () => {
    const phone = await another(t, stage.browser);
    await phone.page.goto(`${url}/sign-in`);
    await phone.page.getByLabel('Email').fill(noor.email);
    await phone.page.getByLabel(/^Password/).fill(PASSWORD);
    await phone.page.getByRole('button', { name: 'Sign in' }).first().click();
    await phone.page.getByRole('heading', { name: /Noor/ }).waitFor();
    const { page } = basic;
    await page.goto(`${url}/profile`);
    await page.getByText('This one').waitFor();
    await page.getByRole('button', { name: /^Sign out the other device/ }).click();
    await page.getByText('You are signed out everywhere else.').waitFor();
    await checkAccessibility(page);
    await phone.page.reload();
    await phone.page.getByLabel('Email').waitFor();
    assert.deepEqual(basic.complaints.splice(0), []);
  });

  await t.test('the owner of an app opens all that he is offered, and nothing of it is refused', async (t) => {
    const owner = await comeIn(t, stage, mei.link);
    const opened = await walk(owner.page, url, owner.complaints);
    t.diagnostic(opened.join(' '));
    for (const kind of ['/apps', '/apps/ID', '/apps/ID/accounts/ID', '/apps/ID/entitlements/ID', '/users/ID']) {
      assert.ok(opened.includes(kind), kind);
    }
  });

  await t.test('so does the owner of nothing but a connector', async (t) => {
    const owner = await comeIn(t, stage, kofi.link);
    const opened = await walk(owner.page, url, owner.complaints);
    t.diagnostic(opened.join(' '));
    assert.ok(opened.includes('/apps/ID/connectors/ID'));
    assert.ok(!opened.includes('/connectors/add'), 'adding one is for Connector Administrators');
  });

  const others: readonly (readonly [role: string, ...also: readonly string[]])[] = [
    ['READ_ONLY_ADMINISTRATOR', '/apps', '/connectors', '/system-log', '/users'],
    ['ACCESS_REQUEST_HELPDESK', '/users'],
  ];
  for (const [role, ...also] of others) {
    await t.test(`a ${role} opens every place of the navigation`, async (t) => {
      const email = `${role.toLowerCase().replaceAll('_', '.')}@northwind.example`;
      const person = await addPerson(stage, { email, displayName: `Ruth ${role}`, roles: [role] });
      const { page, complaints } = await comeIn(t, stage, person.link);
      const opened = await walk(page, url, complaints, 'places only');
      for (const place of ['/', '/my-accounts', ...also]) assert.ok(opened.includes(place), place);
      await page.goto(`${url}/users/${noor.id}`, { waitUntil: 'networkidle' });
      assert.deepEqual(await page.getByRole('alert').allInnerTexts(), []);
      assert.deepEqual(complaints, []);
    });
  }

  await t.test('an administrator changes what is known of a person, and their roles', async () => {
    await page.goto(`${url}/users/${noor.id}`);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Title (optional)').fill('Lifecycle manager');
    await dialog.getByLabel(/^Manager’s email/).fill(mei.email);
    await checkAccessibility(page);
    await dialog.getByRole('button', { name: 'Save changes' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Lifecycle manager').first().waitFor();
    await page.getByRole('link', { name: 'Mei Chen' }).click();
    await page.getByRole('heading', { name: 'Mei Chen', level: 1 }).waitFor();
    await page.getByRole('heading', { name: 'Reports' }).waitFor();
    await checkAccessibility(page);
    await page.getByRole('link', { name: 'Noor Aziz' }).click();
    await page.getByRole('heading', { name: 'Noor Aziz', level: 1 }).waitFor();
  });

  await t.test('signs them out, disables them and brings them back, each after a question', async () => {
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/can sign in again/).waitFor();
    await checkAccessibility(page);
    await dialog.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByText('Nowhere at the moment.').waitFor();
    await page.getByRole('button', { name: 'Disable', exact: true }).click();
    await dialog.getByRole('button', { name: 'Disable person' }).click();
    await page.getByText('Disabled', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Enable', exact: true }).click();
    await checkAccessibility(page);
    await dialog.getByRole('button', { name: 'Enable person' }).click();
    await page.getByText('Active', { exact: true }).first().waitFor();
  });

  await t.test('the log is narrowed to what was done to a person, and to who did it', async () => {
    await page.getByRole('link', { name: 'What was done to this person' }).click();
    const rows = page.locator('tr[data-index]');
    await rows.filter({ hasText: 'Disabled person' }).waitFor();
    for (const text of await rows.allInnerTexts()) assert.match(text, /Noor Aziz/);
    await page.getByRole('button', { name: 'Filter by To whom or what Noor Aziz' }).waitFor();
    await page.getByRole('button', { name: 'Filter by Who', exact: true }).click();
    await page.getByRole('textbox', { name: 'Search Who', exact: true }).fill('aguilar');
    await page.getByRole('option', { name: ADMIN.name }).waitFor();
    await checkAccessibility(page);
    await page.getByRole('option', { name: ADMIN.name }).click();
    await page.getByRole('button', { name: `Filter by Who ${ADMIN.name}` }).waitFor();
    await rows.filter({ hasText: 'Disabled person' }).getByRole('link').first().click();
    await page
      .getByRole('complementary', { name: /^Record/ })
      .getByRole('link', { name: `All by ${ADMIN.name}` })
      .click();
    await rows.filter({ hasText: 'Added connector' }).waitFor();
    const address = page.url();
    await page.reload();
    await rows.filter({ hasText: 'Added connector' }).waitFor();
    assert.equal(page.url(), address);
    await page.getByRole('button', { name: `Filter by Who ${ADMIN.name}` }).waitFor();
    await checkAccessibility(page);
  });

  await t.test('the lists of connectors and apps are narrowed to an owner who is searched for', async () => {
    for (const [place, thing, owner] of [
      ['/connectors', 'Mail', kofi],
      ['/apps', 'SendGrid', mei],
    ] as const) {
      await page.goto(url + place);
      await page.getByRole('button', { name: 'Filter by Owner' }).click();
      await page.getByRole('textbox', { name: 'Search Owner', exact: true }).fill(owner.displayName);
      await page.getByRole('option', { name: owner.displayName }).click();
      await page.getByRole('button', { name: `Filter by Owner ${owner.displayName}` }).waitFor();
      await page.getByRole('link', { name: thing, exact: true }).first().waitFor();
      await checkAccessibility(page);
    }
  });

  await t.test('accounts that do not fit the page of a person are a press away', async () => {
    const all = await api(page, 'POST', '/api/v1/search/app_users', { appIds: [appId], pageSize: 51 });
    for (let place = 0; place < 51; place += 1) {
      const id = at(all, 'list', place, 'id');
      await api(page, 'POST', `/api/v1/apps/${appId}/app_users/${id}`, { ownerId: mei.id });
    }
    await page.goto(`${url}/users/${mei.id}`);
    const accounts = page.locator('li a[href*="/accounts/"]');
    await accounts.nth(49).waitFor();
    assert.equal(await accounts.count(), 50);
    await page.getByRole('button', { name: 'Show more' }).click();
    await accounts.nth(50).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Show more' }).count(), 0);
    await checkAccessibility(page);
  });

  await t.test('Home says what came since the last visit', async () => {
    // An hour without a request is another visit: the end of the last one is set back instead.
    const database = new DatabaseSync(join(dirname(stage.caFile), 'console.db'));
    database.prepare('update people set left_ms = ?').run(Date.now());
    database.close();
    foreign.scopes.push('api_keys.create');
    await api(page, 'POST', `/api/v1/apps/${appId}/connectors/${connectorId}/force_sync`);
    await page.goto(`${url}/apps/${appId}/connectors/${connectorId}`);
    await page.getByText('+1', { exact: false }).first().waitFor({ timeout: 60_000 });
    await page.goto(url);
    await page.getByText(/Since you left: 1 new critical grant/).waitFor();
    const card = page.getByRole('heading', { name: 'Since you left' });
    await card.waitFor();
    await checkAccessibility(page);
  });

  assert.deepEqual(complaints, []);
});
