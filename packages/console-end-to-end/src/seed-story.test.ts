import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstSignIn, setStage } from './testing/stage.ts';

test('an administrator adds SendGrid and finds its people and scopes', async (t) => {
  const stage = await setStage(t);
  if (stage === undefined) return;
  const { page, simulator, picture, complaints } = stage;

  await firstSignIn(stage);
  await page.getByRole('link', { name: 'Connectors' }).first().click();
  await picture('connectors-empty');
  await page.getByRole('link', { name: 'Add connector' }).first().click();
  await page.getByRole('searchbox').or(page.getByRole('textbox')).first().fill('SendGrid');
  await picture('wizard-catalogue');
  await page.getByRole('button', { name: /^Add .*SendGrid/ }).click();
  await page.getByRole('radio', { name: 'Create a new managed app' }).check();
  await page.getByLabel('Name of the app').fill('SendGrid');
  await picture('wizard-app');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText(`Ines Aguilar (you)`).waitFor();
  await picture('wizard-owners');
  await page.getByRole('button', { name: 'Create connector' }).click();

  await page.getByText('Not connected').first().waitFor();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByLabel('API key', { exact: false }).first().fill(simulator.apiKey);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Syncing', { exact: true }).first().waitFor();
  await picture('connector-syncing');
  await page.getByText('Connected', { exact: true }).first().waitFor({ timeout: 60_000 });
  await picture('connector-connected');
  await page.getByRole('button', { name: 'View log' }).click();
  await page.getByRole('dialog').getByText('A sync is queued.').first().waitFor();
  await picture('connector-log');
  await page.keyboard.press('Escape');

  await page.getByRole('link', { name: 'Managed apps' }).first().click();
  await page.getByRole('link', { name: 'SendGrid' }).first().click();
  await page.getByRole('heading', { name: 'SendGrid', level: 1 }).waitFor();
  await picture('app');
  await page
    .getByRole('tab', { name: /Accounts/ })
    .or(page.getByRole('link', { name: /^Accounts/ }))
    .first()
    .click();
  await page.getByRole('table').getByText('@northwind.example').first().waitFor();
  await picture('accounts');
  await page
    .getByRole('tab', { name: /Entitlements/ })
    .or(page.getByRole('link', { name: /^Entitlements/ }))
    .first()
    .click();
  await page.getByRole('table').getByText('api_keys.create', { exact: false }).first().waitFor();
  await picture('entitlements');

  assert.deepEqual(complaints, []);
  assert.ok(!stage.console.output().includes(simulator.apiKey));
});
