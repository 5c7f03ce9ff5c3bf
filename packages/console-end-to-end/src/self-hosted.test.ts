import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkAccessibility } from './testing/accessibility.ts';
import { startProgram } from './testing/programs.ts';
import { firstSignIn, setStage } from './testing/stage.ts';

test('a connector that the user runs connects with the two values of Rotate', async (t) => {
  const stage = await setStage(t);
  if (stage === undefined) return;
  const { page, simulator, picture, complaints } = stage;

  await firstSignIn(stage);
  await page.getByRole('link', { name: 'Connectors' }).first().click();
  await page.getByRole('link', { name: 'Add connector' }).first().click();
  await page.getByRole('textbox', { name: /connector/i }).fill('Baton');
  await page.getByRole('button', { name: 'Add Baton' }).click();
  await page.getByLabel('Name of the app').fill('SendGrid of the shop');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Create connector' }).click();
  await page.getByRole('button', { name: 'Rotate' }).click();
  const dialog = page.getByRole('dialog');
  const clientId = (await dialog.getByText(/@localhost.*\//).innerText()).trim();
  const clientSecret = (await dialog.getByText(/^secret-token:/).innerText()).trim();
  await picture('rotate');
  await dialog.getByLabel('I have stored it').check();
  await dialog.getByRole('button', { name: 'Done' }).click();
  assert.ok(!(await page.content()).includes(clientSecret));
  // What another machine needs besides: the authority of the console's certificate, and the commands.
  const folder = mkdtempSync(join(tmpdir(), 'self-hosted-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download console-ca.pem' }).click();
  const authority = join(folder, 'console-ca.pem');
  await (await downloading).saveAs(authority);
  await page.getByText(`BATON_CLIENT_ID='${clientId}'`).waitFor();
  await page.getByText('Waiting for the connector to call').waitFor();
  await checkAccessibility(page);

  startProgram(t, 'baton-sendgrid', ['--log-format', 'json'], {
    BATON_CLIENT_ID: clientId,
    BATON_CLIENT_SECRET: clientSecret,
    BATON_SENDGRID_API_KEY: simulator.apiKey,
    BATON_SENDGRID_BASE_URL: simulator.url,
    NODE_EXTRA_CA_CERTS: authority,
    BATON_TMPDIR: folder,
  });
  await page.getByText('Connected', { exact: true }).first().waitFor({ timeout: 60_000 });

  await page.getByRole('link', { name: 'Managed apps' }).first().click();
  await page.getByRole('link', { name: 'SendGrid of the shop' }).first().click();
  await page
    .getByRole('link', { name: /^Accounts/ })
    .or(page.getByRole('tab', { name: /Accounts/ }))
    .first()
    .click();
  await page.getByRole('table').getByText('@northwind.example').first().waitFor();
  assert.deepEqual(complaints, []);
});
