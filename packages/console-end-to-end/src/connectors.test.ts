import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAccessibility } from './testing/accessibility.ts';
import { firstSignIn, setStage } from './testing/stage.ts';

const someKey = `SG.${'a'.repeat(22)}.${'b'.repeat(43)}`;

test('a connector from the wizard to its deletion', async (t) => {
  const stage = await setStage(t);
  if (stage === undefined) return;
  const { page, simulator, picture, complaints } = stage;
  const status = page.locator('main').getByRole('status');
  const log = page.getByRole('dialog', { name: 'Connector log' });
  const settings = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Settings' }) });
  /** Tab until what has the focus is called that. */
  const tabTo = async (name: string | RegExp, role: 'link' | 'button' | 'radio' | 'textbox') => {
    for (let presses = 0; presses < 60; presses += 1) {
      const wanted = page.getByRole(role, { name, exact: typeof name === 'string' }).and(page.locator(':focus'));
      if ((await wanted.count()) > 0) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not reach ${name}.`);
  };

  await firstSignIn(stage);

  await t.test('the wizard makes it with the keyboard alone, and Back keeps what was chosen', async () => {
    await tabTo('Connectors', 'link');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Connectors', level: 1 }).waitFor();
    await tabTo('Add connector', 'link');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Search connectors' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.type('SendGrid');
    await page.getByText('2 matches').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Where should SendGrid’s data go?' }).waitFor();
    await tabTo('Name of the app', 'textbox');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('SendGrid of the shop');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Who looks after this connector?' }).waitFor();
    await tabTo('Back', 'button');
    await page.keyboard.press('Enter');
    assert.equal(await page.getByLabel('Name of the app').inputValue(), 'SendGrid of the shop');
    await page.keyboard.press('ControlOrMeta+Enter');
    await page.getByText('Ines Aguilar (you)').waitFor();
    await checkAccessibility(page);
    await page.keyboard.press('ControlOrMeta+Enter');
    await page.getByRole('heading', { name: 'Twilio SendGrid', level: 1 }).waitFor();
    await status.filter({ hasText: 'Not connected' }).waitFor();
    await page.getByRole('link', { name: 'Connectors' }).and(page.locator('[aria-current="page"]')).waitFor();
  });

  await t.test('a key of the wrong shape is told before anything is sent', async () => {
    await settings.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('API key', { exact: true }).fill('SG.half-of-a-key');
    await page.getByText('16 characters. A SendGrid key starts with “SG.” and has 69.').waitFor();
    assert.equal(await settings.getByRole('button', { name: 'Save' }).isEnabled(), false);
  });

  await t.test('a key that SendGrid refuses is said in words, with what to do', async () => {
    await page.getByLabel('API key', { exact: true }).fill(someKey);
    await settings.getByRole('button', { name: 'Save' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('SendGrid does not accept the API key').waitFor();
    await alert.getByText('Nothing has been read yet.').waitFor();
    assert.equal(await alert.getByRole('listitem').count(), 3);
    assert.ok(!(await page.content()).includes(someKey));
    await checkAccessibility(page);
    await picture('connector-error');
  });

  await t.test('another key connects it, and the page says what the key may do and what it brings', async () => {
    await page.getByRole('button', { name: 'Use another key' }).click();
    await page.getByLabel('API key', { exact: true }).fill(simulator.apiKey);
    await settings.getByRole('button', { name: 'Save' }).click();
    await status.filter({ hasText: 'Connected' }).waitFor({ timeout: 60_000 });
    await page.getByText('Change single sign-on teammates').waitFor();
    await page.getByRole('link', { name: /^\d+ accounts$/ }).waitFor();
    assert.ok(!(await page.content()).includes(simulator.apiKey));
    await checkAccessibility(page);
  });

  await t.test('the log has an address of its own, is searched, and is closed by Back and by Escape', async () => {
    await page.getByRole('button', { name: 'View log' }).click();
    await log.getByText('who holds what: 63 of 63').waitFor();
    await log.getByRole('textbox', { name: 'Search this log' }).fill('invitations');
    await log.getByText(/^1 of \d+ lines$/).waitFor();
    await checkAccessibility(page);
    const address = page.url();
    await page.goBack();
    await log.waitFor({ state: 'hidden' });
    await page.goto(address);
    await log.getByText('A sync is queued.').waitFor();
    for (const [part, text] of [
      ['Sync history', 'Completed'],
      ['Audit trail', 'Settings changed'],
      ['Configuration', 'sendgrid-api-key'],
    ] as const) {
      await log.getByRole('link', { name: part }).click();
      await log.getByText(text).first().waitFor();
    }
    await page.keyboard.press('Escape');
    await log.waitFor({ state: 'hidden' });
  });

  await t.test('a schedule is told in words before it is saved, and a wrong one is refused there', async () => {
    await page.getByRole('button', { name: 'Edit details' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('At certain times').check();
    await dialog.getByLabel('Cron line').fill('every day');
    await dialog.getByText('"every day" is no cron line.').waitFor();
    await dialog.getByLabel('Cron line').fill('30 6 * * 1-5');
    await dialog.getByText('Monday to Friday at 06:30').waitFor();
    await checkAccessibility(page);
    await dialog.getByLabel('Name').fill('SendGrid, shop');
    await dialog.getByRole('button', { name: 'Save details' }).click();
    await page.getByRole('heading', { name: 'SendGrid, shop', level: 1 }).waitFor();
    await page.getByRole('complementary').getByText('Monday to Friday at 06:30').waitFor();
  });

  await t.test('data that dropped is held back until somebody applies it', async () => {
    const { teammates } = simulator.control.account;
    for (const username of [...teammates.keys()].slice(10)) teammates.delete(username);
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByText('Held back: Teammate 63 → 13').waitFor({ timeout: 60_000 });
    await page.getByRole('link', { name: '72 accounts' }).waitFor();
    await picture('connector-held-back');
    await page.getByRole('link', { name: 'Connectors' }).first().click();
    await page.getByRole('button', { name: '1 held back' }).click();
    await page.getByRole('table').getByText('63 → 13').waitFor();
    await checkAccessibility(page);
    await picture('connectors');
    await page.getByRole('link', { name: 'SendGrid, shop' }).click();
    await page.getByRole('button', { name: 'Apply the changes' }).click();
    await status.filter({ hasText: 'Connected' }).waitFor();
    await page.getByRole('link', { name: '22 accounts' }).waitFor();
  });

  await t.test('a pause says by whom, and resuming it syncs', async () => {
    await page.getByRole('button', { name: 'Pause sync' }).click();
    await page.getByText('Paused by Ines Aguilar').waitFor();
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await status.filter({ hasText: 'Connected' }).waitFor({ timeout: 60_000 });
  });

  await t.test('deleting it takes its name, typed', async () => {
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Delete connector' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete connector SendGrid, shop?' });
    assert.equal(await dialog.getByRole('button', { name: 'Delete connector' }).isEnabled(), false);
    await dialog.getByRole('textbox').fill('SendGrid, shop');
    await dialog.getByRole('button', { name: 'Delete connector' }).click();
    await page.getByRole('heading', { name: 'No connector' }).waitFor();
  });

  assert.deepEqual(complaints, []);
  assert.ok(!stage.console.output().includes(simulator.apiKey));
});
