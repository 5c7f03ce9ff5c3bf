import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'esbuild';

test('a program that uses errors only does not load the messages', async () => {
  const { metafile } = await build({
    stdin: {
      contents: "import { BatonError } from './index.ts'; console.log(BatonError);",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
  });
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 1000 ? [path] : [])),
  );
  assert.equal(used.length, 1);
  assert.match(used[0] ?? '', /errors\.ts$/);
});
