import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { checkAccessibility } from './testing/accessibility.ts';
import { api, apiText, at } from './testing/page-api.ts';
import { firstSignIn, type Stage, setStage } from './testing/stage.ts';

/** Runs when a page takes it for HTML; the colour would show when one takes it for a style. */
const hostile = '<img src=x onerror="window.broken=1"><style>body{color:red}</style>';

/** A synced app in which a teammate and a permission are called like code. */
async function fill(stage: Stage) {
  const { page, simulator } = stage;
  const [victim] = [...simulator.control.account.teammates.values()].filter(
    ({ isOwner, isAdmin }) => !isOwner && !isAdmin,
  );
  assert.ok(victim !== undefined);
  victim.firstName = hostile;
  victim.scopes.push(hostile);
  const session = await api(page, 'GET', '/api/v1/session');
  const made = await api(page, 'POST', '/api/v1/connectors/create', {
    catalogId: 'sendgrid',
    displayName: hostile,
    app: { kind: 'new', displayName: hostile },
    userIds: [at(session, 'user', 'id')],
  });
  const [appId, connectorId] = [at(made, 'connector', 'appId'), at(made, 'connector', 'id')];
  await api(page, 'POST', `/api/v1/apps/${appId}/connectors/${connectorId}/config`, {
    values: {},
    secrets: { 'sendgrid-api-key': simulator.apiKey },
  });
  await page.goto(`${stage.url}/apps/${appId}/connectors/${connectorId}`);
  await page.getByText('Connected', { exact: true }).first().waitFor({ timeout: 60_000 });
  const search = async (what: string, query: string) =>
    at(await api(page, 'POST', `/api/v1/search/${what}`, { query, appIds: [appId] }), 'list', 0, 'id');
  const accountId = await search('app_users', 'onerror');
  return {
    appId,
    pages: [
      '/',
      '/apps',
      '/unmanaged-apps',
      `/apps/${appId}`,
      `/apps/${appId}?tab=entitlements`,
      `/apps/${appId}?tab=resources`,
      `/apps/${appId}?tab=accounts`,
      `/apps/${appId}?tab=connectors`,
      `/apps/${appId}/accounts/${accountId}`,
      `/apps/${appId}/entitlements/${await search('entitlements', 'onerror')}`,
      `/apps/${appId}/resources/${await search('app_resources', 'onerror')}`,
      '/connectors',
      '/connectors/add',
      '/my-accounts',
      `/apps/${appId}/connectors/${connectorId}`,
      '/users',
      '/users?view=add',
      `/users/${at(session, 'user', 'id')}`,
      '/profile',
      '/system-log',
      '/system-log?view=1',
      '/outbox',
      '/settings',
      '/settings?tab=sso',
    ],
  };
}

test('every page takes names from outside as text, can be used by everybody, and fits a telephone', async (t) => {
  const stage = await setStage(t);
  if (stage === undefined) return;
  const { page, url, complaints } = stage;
  const scripts = new Map<string, Promise<Buffer>>();
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) scripts.set(response.url(), response.body());
  });
  await page.goto(stage.link, { waitUntil: 'networkidle' });
  await checkAccessibility(page);
  await page.goto('about:blank');
  await firstSignIn(stage);

  await t.test('what the first pages ask for of script is below 250 kB, packed', async (t) => {
    const bytes = (await Promise.all(scripts.values())).reduce((sum, script) => sum + gzipSync(script).length, 0);
    t.diagnostic(`${scripts.size} scripts of ${(bytes / 1000).toFixed(0)} kB from the link of the first start to Home`);
    assert.ok(bytes < 250_000);
  });

  const { pages, appId } = await fill(stage);

  for (const path of pages) {
    await t.test(path.replaceAll(/[0-9A-Za-z]{27}/g, 'ID'), async () => {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(url + path, { waitUntil: 'networkidle' });
      await page.getByRole('heading', { level: 1 }).waitFor();
      await checkAccessibility(page);
      await page.setViewportSize({ width: 320, height: 720 });
      assert.equal(await page.evaluate('Math.max(document.documentElement.scrollWidth - window.innerWidth, 0)'), 0);
      assert.equal(await page.evaluate('"broken" in window'), false);
      assert.deepEqual(complaints.splice(0), []);
    });
  }

  await t.test('the file of a list opens in a spreadsheet as text', async () => {
    const csv = await apiText(page, 'POST', '/api/v1/export/app_users', { appIds: [appId], query: 'onerror' });
    assert.match(csv, /onerror/);
    assert.doesNotMatch(csv, /(^|,)"?[=+@-]/m);
  });
});
