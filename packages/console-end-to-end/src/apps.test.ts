import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { checkAccessibility } from './testing/accessibility.ts';
import { firstSignIn, type Stage, setStage } from './testing/stage.ts';

test('apps, accounts and entitlements as they are read, searched and changed', async (t) => {
  const stage = await setStage(t);
  if (stage === undefined) return;
  const { page, simulator, complaints } = stage;
  const rows = page.locator('tr[data-index]');
  const row = (name: string) => rows.filter({ has: page.getByRole('link', { name, exact: true }) });
  const search = async (words: string) => {
    await page.locator('#page').focus();
    await page.keyboard.press('/');
    await page.keyboard.type(words);
  };

  await firstSignIn(stage);

  await t.test('before there is an app, the page says what comes and what to do', async () => {
    await page.getByRole('link', { name: 'Managed apps' }).first().click();
    await page.getByRole('heading', { name: 'Connect your first app' }).waitFor();
    await checkAccessibility(page);
  });

  await connectSendGrid(stage);

  await t.test('the app says how many it has, and each number is that of the list behind it', async () => {
    await page.getByRole('link', { name: 'Managed apps' }).first().click();
    await page.getByRole('link', { name: 'SendGrid', exact: true }).click();
    const critical = page.getByRole('link', { name: /hold something critical/ });
    const [count = ''] = /\d+/.exec(await critical.innerText()) ?? [];
    await checkAccessibility(page);
    await critical.click();
    await page.getByText(new RegExp(`^${count} of \\d+$`)).waitFor();
    assert.match(page.url(), /CRITICAL/);
    assert.equal(await page.locator('th[aria-sort="descending"]').innerText(), 'Access');
    await checkAccessibility(page);
  });

  await t.test('J and K move, Enter opens, Back comes to the same place with the same filter', async () => {
    await rows.first().waitFor();
    const before = page.url();
    await page.locator('#page').focus();
    for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key);
    const focused = page.locator('tr[data-index="1"] a:focus');
    await focused.waitFor();
    const name = await focused.innerText();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await checkAccessibility(page);
    await page.goBack();
    await row(name).waitFor();
    assert.equal(page.url(), before);
  });

  await t.test('the file has the rows of the filter and the columns that are shown', async () => {
    await page.getByRole('button', { name: 'Clear Risk' }).click();
    await search('an');
    const shown = page.getByText(/^\d+ of \d+$/);
    await shown.waitFor();
    await page.getByRole('button', { name: 'Choose columns' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Owner' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'User name' }).click();
    await checkAccessibility(page);
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'User name' }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const [head = '', ...lines] = (await readFile(await (await download).path(), 'utf8')).trim().split('\r\n');
    assert.equal(lines.length, Number.parseInt(await shown.innerText(), 10));
    assert.ok(head.split(',').includes('username'));
    assert.ok(!head.split(',').includes('owner'));
  });

  await t.test('when nothing matches, the filters can be cleared', async () => {
    await search('nobody-is-called-that');
    await page.getByRole('heading', { name: 'No account matches' }).waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await row('Timothy Vance').waitFor();
    assert.equal(await page.getByPlaceholder('Search name, email, username').inputValue(), '');
  });

  await t.test('an account gets an owner and a type by hand', async () => {
    await row('Timothy Vance').getByRole('link').click();
    await page.getByRole('button', { name: 'Change the owner' }).click();
    await page.getByRole('textbox', { name: 'Person' }).fill('Ines');
    await page.getByRole('option', { name: /Ines Aguilar/ }).click();
    await checkAccessibility(page);
    await page.getByRole('button', { name: 'Set owner' }).click();
    await page.getByText('set by hand').waitFor();
    await page.getByRole('button', { name: 'Change the type' }).click();
    await page.getByRole('radio', { name: 'Service' }).check();
    await page.getByRole('button', { name: 'Save type' }).click();
    await page.getByText('Service, set by hand').waitFor();
    await page.getByRole('link', { name: 'Details', exact: true }).click();
    await page.getByRole('heading', { name: 'Changed by people' }).waitFor();
    await page
      .getByRole('definition')
      .filter({ hasText: /Service account$/ })
      .waitFor();
  });

  await t.test(
    'an entitlement gets a name, a risk and a framework, and its holders are told with how they hold it',
    async () => {
      await page.getByRole('link', { name: 'SendGrid', exact: true }).click();
      await page
        .getByRole('link', { name: /^Entitlements/ })
        .first()
        .click();
      await search('mail.send');
      await row('Send email').getByRole('link').click();
      await rows.filter({ hasText: 'Through Admin' }).first().waitFor();
      await rows.filter({ hasText: 'Direct' }).first().waitFor();
      await page.getByRole('button', { name: 'Edit' }).click();
      await page.getByLabel('Name in this console').fill('Send to anybody');
      await page.getByRole('combobox', { name: 'Risk' }).click();
      await page.getByRole('option', { name: 'Critical' }).click();
      await page.getByRole('combobox', { name: 'Compliance frameworks' }).click();
      await page.getByRole('option', { name: 'SOC 2' }).click();
      await page.keyboard.press('Tab');
      await page.getByRole('button', { name: 'Save changes' }).click();
      await page.getByRole('heading', { name: 'Send to anybody', level: 1, exact: true }).waitFor();
      await page.getByRole('link', { name: 'Details and history' }).click();
      await page.getByText('SOC 2').first().waitFor();
      await page.getByText(/set by Ines Aguilar, .*; the connector says high/).waitFor();
      await checkAccessibility(page);
      await page.getByRole('link', { name: /^record \d+$/ }).click();
      await page.getByRole('complementary').getByText('entitlement.changed').waitFor();
      await page.goBack();
    },
  );

  await t.test('a resource gets a name and an owner, and is found by that owner', async () => {
    await page.getByRole('link', { name: 'SendGrid', exact: true }).click();
    await page
      .getByRole('link', { name: /^Resources/ })
      .first()
      .click();
    await search('mail.send');
    await row('Send email').getByRole('link').click();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Name in this console').fill('Sending');
    await page.getByRole('textbox', { name: 'Owners' }).fill('Ines');
    await page.getByRole('option', { name: /Ines Aguilar/ }).click();
    await checkAccessibility(page);
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('heading', { name: 'Sending', level: 1, exact: true }).waitFor();
    await page.getByRole('link', { name: 'Resources', exact: true }).click();
    await page.getByRole('button', { name: 'Filter by Owner', exact: true }).click();
    await page.getByRole('option', { name: /Ines Aguilar/ }).click();
    await page.getByText(/^1 of \d+$/).waitFor();
    await row('Sending').waitFor();
  });

  await t.test('columns that somebody chose are there again when the list is opened anew', async () => {
    await page.getByRole('button', { name: 'Choose columns' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Owners' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'Owners' }).waitFor();
    await page.getByRole('link', { name: 'Managed apps' }).first().click();
    await page.getByRole('link', { name: 'SendGrid', exact: true }).click();
    await page
      .getByRole('link', { name: /^Resources/ })
      .first()
      .click();
    await page.getByRole('columnheader', { name: 'Owners' }).waitFor();
    assert.doesNotMatch(page.url(), /cols/);
  });

  await t.test('a long list comes in pages while it scrolls, and only what is near the screen is drawn', async () => {
    const counted = page.getByRole('status').filter({ hasText: /^\d+ resources$/ });
    await counted.waitFor();
    const total = Number.parseInt(await counted.innerText(), 10);
    assert.ok(total > 300);
    const last = page.locator(`tr[data-index="${total - 1}"]`);
    await rows.first().hover();
    for (let steps = 0; steps < 400 && (await last.count()) === 0; steps += 1) {
      await page.mouse.wheel(0, 500);
      await rows.last().waitFor();
      assert.ok((await rows.count()) < 80);
    }
    await last.waitFor();
  });

  await t.test('the search tells permissions apart by the names that the app has for them', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: 'Search', exact: true }).fill('teammates');
    await page.getByRole('button', { name: /Invite teammates\s*teammates\.create/ }).waitFor();
    await page.keyboard.press('Escape');
  });

  await t.test('no row of a table is a place that is read out by itself', async () => {
    await page.getByRole('link', { name: 'Managed apps' }).first().click();
    await row('SendGrid').waitFor();
    assert.equal(await page.locator('tr [role="status"]').count(), 0);
  });

  await t.test(
    'what somebody got and lost outside the console is in the history and among the past grants',
    async () => {
      const changed = await fetch(`${simulator.url}/_control/teammates/dmarlowe-ext`, {
        method: 'POST',
        body: JSON.stringify({ addScopes: ['teammates.create'], removeScopes: ['mail.send'] }),
      });
      assert.equal(changed.status, 200);
      await page.getByRole('link', { name: 'SendGrid', exact: true }).click();
      await page
        .getByRole('link', { name: /^Connectors/ })
        .last()
        .click();
      await page.getByRole('link', { name: 'Twilio SendGrid' }).click();
      await page.getByRole('button', { name: 'Sync now' }).click();
      await page.getByRole('link', { name: 'Managed apps' }).first().click();
      await page.getByRole('link', { name: 'SendGrid', exact: true }).click();
      const got = page.getByRole('listitem').filter({ hasText: 'Derek Marlowe got Invite teammates' });
      for (let tries = 0; tries < 60 && (await got.count()) === 0; tries += 1) {
        await page.reload();
        await page.getByRole('heading', { name: 'What changed' }).waitFor();
        await page
          .getByText(/found by a sync|Nothing was given/)
          .first()
          .waitFor();
      }
      await got.getByRole('link', { name: 'Derek Marlowe' }).click();
      await page.getByText('New', { exact: true }).waitFor();
      await page.getByRole('link', { name: /^Past grants/ }).click();
      await row('Send to anybody').waitFor();
      await checkAccessibility(page);
    },
  );

  await t.test('an app of our own is made and deleted', async () => {
    await page.getByRole('link', { name: 'Managed apps' }).first().click();
    await page.getByRole('button', { name: 'New application' }).click();
    await page.getByLabel('Name').fill('Payroll');
    await page.getByRole('button', { name: 'Create application' }).click();
    await page.getByRole('heading', { name: 'Payroll', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Delete app' }).click();
    await page.getByLabel('Type “Payroll” to go on').fill('Payroll');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete app' }).click();
    await page.getByRole('heading', { name: 'Managed apps', level: 1 }).waitFor();
    await row('Payroll').waitFor({ state: 'detached' });
  });

  await t.test('on a phone the rows are cards, and nothing is wider than the screen', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('link', { name: 'SendGrid', exact: true }).click();
    await page
      .getByRole('link', { name: /^Accounts/ })
      .first()
      .click();
    await rows.first().waitFor();
    const tooWide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    assert.equal(tooWide, 0);
  });

  assert.deepEqual(complaints, []);
});

async function connectSendGrid({ page, simulator }: Stage): Promise<void> {
  await page.getByRole('link', { name: 'Add connector' }).first().click();
  await page.getByRole('textbox', { name: 'Search connectors' }).fill('SendGrid');
  await page.getByRole('button', { name: /^Add .*SendGrid/ }).click();
  await page.getByLabel('Name of the app').fill('SendGrid');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Create connector' }).click();
  await page.getByRole('button', { name: 'Edit', exact: true }).first().waitFor();
  await page
    .locator('section')
    .filter({ has: page.getByRole('heading', { name: 'Settings' }) })
    .getByRole('button', { name: 'Edit' })
    .click();
  await page.getByLabel('API key', { exact: true }).fill(simulator.apiKey);
  await page.getByRole('button', { name: 'Save' }).click();
  await page
    .locator('main')
    .getByRole('status')
    .filter({ hasText: /^Connected/ })
    .waitFor({ timeout: 60_000 });
}
