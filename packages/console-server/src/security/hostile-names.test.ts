import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyncedApp } from '../apps/testing/synced-app.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import { startWholeConsole } from './testing/whole-console.ts';

const names = [
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  'javascript:alert(1)',
  '\u202Egnp.exe',
  'bell\u0007 and escape\u001B[31m',
  '=HYPERLINK("https://evil.example","open")',
  '+1+cmd|/c calc',
  '-2+3',
  '@SUM(1)',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  '＝1+1',
  '${7*7} {{7*7}}',
];

describeOnStores('a name that came from outside', (open) => {
  test('comes back as the text that it is, in an answer that is no page', async (t) => {
    const { store, person, signedIn } = await startWholeConsole(t, await open(t));
    const app = await new SyncedApp(store).create('SendGrid');
    for (const name of names) await app.account(name);
    const browser = await signedIn(await person('ines', 'SUPER_ADMINISTRATOR'));
    const { at, headers, text } = await browser.get(`/api/v1/apps/${app.appId}/app_users?page_size=100`);
    const list = at('list');
    assert.ok(Array.isArray(list));
    assert.deepEqual(list.map((row: { readonly displayName: string }) => row.displayName).sort(), names.toSorted());
    assert.match(headers.get('content-type') ?? '', /^application\/json/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.ok(!text.includes('\u0007'));
  });

  test('is no formula in a file', async (t) => {
    const { store, person, signedIn } = await startWholeConsole(t, await open(t));
    const app = await new SyncedApp(store).create('SendGrid');
    for (const name of names) await app.account(name);
    const browser = await signedIn(await person('ines', 'SUPER_ADMINISTRATOR'));
    const { text, headers } = await browser.post('/api/v1/export/app_users', { columns: ['displayName'] });
    assert.match(headers.get('content-type') ?? '', /^text\/csv/);
    assert.match(headers.get('content-disposition') ?? '', /^attachment/);
    const cells = text.match(/(?<=^|,|\r\n)("(?:[^"]|"")*"|[^",\r\n]*)(?=,|\r\n|$)/g) ?? [];
    for (const cell of cells) assert.doesNotMatch(cell.replace(/^"/, ''), /^[=+\-@\t\r\n＝＋－＠]/, cell);
  });

  test('with a zero byte is refused and is no fault of the server', async (t) => {
    const { person, signedIn } = await startWholeConsole(t, await open(t));
    const browser = await signedIn(await person('ines', 'SUPER_ADMINISTRATOR'));
    for (const path of ['search/app_users', 'search/apps', 'search/users', 'search/connectors', 'systemlog/events']) {
      const { status, text } = await browser.post(`/api/v1/${path}`, { query: 'a\u0000b' });
      assert.equal(status, 400, `${path}: ${text}`);
    }
    const { status, text } = await browser.post('/api/v1/users', { email: 'a@b.example', displayName: 'a\u0000b' });
    assert.equal(status, 400, text);
    assert.equal((await browser.get('/api/v1/apps/a%00b')).status, 400);
  });
});
