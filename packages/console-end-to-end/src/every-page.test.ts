import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { firstSignIn, setStage } from './testing/stage.ts';

const pages = [
  '/',
  '/apps',
  '/users',
  '/connectors',
  '/system-log',
  '/outbox',
  '/settings',
  '/settings?tab=sso',
  '/profile',
];
const MOST_SCRIPT_BYTES = 250_000;

/** What axe finds wrong, by rule and place. */
async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html }) => `${page.url()}: ${id}: ${target.join(' ')}: ${html.slice(0, 160)}`),
  );
}

test('each page can be used by everybody, light and dark, with a dialog open, and the browser complains of nothing', async (t) => {
  const stage = await setStage(t);
  if (stage === undefined) return;
  const { page, url, complaints } = stage;
  const found: string[] = [];

  await page.goto(stage.link);
  await page.getByLabel('Full name').waitFor();
  found.push(...(await violations(page)));
  await page.goto('about:blank');
  await firstSignIn(stage);
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const path of pages) {
      await page.goto(url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      found.push(...(await violations(page)));
    }
    await page.goto(`${url}/users?view=add`);
    await page.getByRole('dialog').getByLabel('Full name').waitFor();
    found.push(...(await violations(page)));
    await page.goto(`${url}/system-log?view=1`);
    await page.getByRole('heading', { name: 'Record 1' }).waitFor();
    found.push(...(await violations(page)));
  }
  assert.deepEqual(found, []);
  assert.deepEqual(complaints, []);
});

test('no page is wider than the screen of a phone', async (t) => {
  const stage = await setStage(t);
  if (stage === undefined) return;
  const { page, url } = stage;
  await firstSignIn(stage);
  await page.setViewportSize({ width: 320, height: 720 });
  const wide: string[] = [];
  for (const path of pages) {
    await page.goto(url + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (over > 0) wide.push(`${path} by ${over} px`);
  }
  assert.deepEqual(wide, []);
});

test('the first page asks for little script', async (t) => {
  const stage = await setStage(t);
  if (stage === undefined) return;
  const { page } = stage;
  const scripts: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (new URL(response.url()).pathname.endsWith('.js')) scripts.push(response.body());
  });
  await firstSignIn(stage);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const sizes = (await Promise.all(scripts)).map((script) => gzipSync(script).length);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  t.diagnostic(`${sizes.length} scripts, ${(bytes / 1000).toFixed(0)} kB with gzip, from the set-up link to Home`);
  assert.ok(bytes < MOST_SCRIPT_BYTES);
});
