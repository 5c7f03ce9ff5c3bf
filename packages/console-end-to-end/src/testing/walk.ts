import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** Links of a page that are followed at most, by what they lead to. */
const MOST_PAGES = 60;
const LINK = 'a[href^="/"]:not([download])';

/**
 * Opens every place of the navigation and, unless told otherwise, one page of each kind that a link leads to. None of them
 * may be refused something, be without a heading, or fail to say what it holds. (`every-page.test.ts` has axe look at them.)
 *
 * @returns what was opened, with ID for ids
 */
export async function walk(
  page: Page,
  url: string,
  complaints: string[],
  how: 'all' | 'places only' = 'all',
): Promise<string[]> {
  const refused: string[] = [];
  const listen = (response: { url(): string; status(): number }) => {
    if (response.url().includes('/api/') && response.status() >= 400) {
      refused.push(`${kindOf(new URL(page.url()))}: ${response.status()} for ${response.url()}`);
    }
  };
  page.on('response', listen);
  const opened = new Map<string, string>();
  const waiting = ['/'];
  for (let path = waiting.shift(); path !== undefined && opened.size < MOST_PAGES; path = waiting.shift()) {
    const kind = kindOf(new URL(path, url));
    if (opened.has(kind)) continue;
    opened.set(kind, path);
    await page.goto(url + path, { waitUntil: 'networkidle' });
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, `the headings of ${path}`);
    assert.deepEqual(await page.getByRole('alert').allInnerTexts(), [], path);
    const words = (await page.locator('#page').innerText()).trim();
    assert.ok(words.length > 20, `${path} is blank`);
    const links = how === 'all' ? page.locator(LINK) : page.getByRole('navigation', { name: 'Main' }).locator(LINK);
    waiting.push(...(await links.evaluateAll(hrefs)));
  }
  page.off('response', listen);
  assert.deepEqual(refused, []);
  assert.deepEqual(complaints.splice(0), []);
  return [...opened.keys()];
}

function hrefs(links: readonly { getAttribute(name: string): string | null }[]): string[] {
  return links.map((link) => link.getAttribute('href') ?? '/').filter((href) => !href.startsWith('/api/'));
}

/** Pages that differ only in the thing they are of, or in how their list is narrowed, are of one kind. */
function kindOf({ pathname, searchParams }: URL): string {
  const kind = pathname.replaceAll(/[0-9A-Za-z]{27}/g, 'ID');
  const tab = searchParams.get('tab');
  // The tabs of an app are pages of their own; those of an account or a permission show parts of one answer.
  return tab === null || kind !== '/apps/ID' ? kind : `${kind}?tab=${tab}`;
}
