import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { zipOf } from './zip.ts';

const entries = [
  { path: 'baton-sendgrid', content: 'a program '.repeat(1000), mode: 0o755 },
  { path: 'man/naïve.1', content: '' },
];

test('another zip program reads every file back', async () => {
  const files = unzipSync(await zipOf(entries, 1_700_000_000));
  assert.deepEqual(
    Object.entries(files).map(([path, content]) => [path, strFromU8(content)]),
    entries.map(({ path, content }) => [path, content]),
  );
});

test('what can be started stays so', async () => {
  const archive = await zipOf(entries, 1_700_000_000);
  const directory = archive.subarray(archive.indexOf('PK\x01\x02', 'latin1'));
  assert.equal(directory.readUInt32LE(38) >>> 16, 0o100755);
});
