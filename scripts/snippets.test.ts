import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const example = join(root, 'examples', 'baton-csv', 'src');
const sources = readdirSync(example)
  .filter((name) => !name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(example, name), 'utf8'));
const page = readFileSync(join(root, 'docs', 'build-a-connector.md'), 'utf8');

for (const [, snippet = ''] of page.matchAll(/```ts\n([\s\S]*?)```/g)) {
  const [firstLine] = snippet.trim().split('\n');
  test(`the walkthrough shows the example as it is: ${firstLine}`, () =>
    assert.ok(sources.some((source) => source.includes(snippet))));
}

test('the example stays under 200 lines, without a cast and without importing the SendGrid connector', () => {
  const text = sources.join('');
  assert.ok(text.split('\n').length < 200);
  assert.doesNotMatch(text, /\bas (?!const\b)|sendgrid/);
});
