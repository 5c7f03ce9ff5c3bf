import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { nodeFor } from './node-binary.ts';
import { platformName, platforms } from './platforms.ts';
import { makeExecutableOf, release } from './testing/packaged.ts';

/** What the first bytes and the part that Node.js looks for are on each system. */
const shapes = {
  darwin: { head: Buffer.from('cffaedfe', 'hex'), part: Buffer.from('__NODE_SEA_BLOB') },
  windows: { head: Buffer.from('MZ'), part: Buffer.from('NODE_SEA_BLOB', 'utf16le') },
} as const;

// Those for Linux are run.
for (const platform of platforms.filter(({ os }) => os !== 'linux')) {
  describe(`the executable for ${platformName(platform)}`, () => {
    let made: Buffer | undefined;
    let why = '';
    before(async () => {
      try {
        await nodeFor(platform);
      } catch (error) {
        // It comes from the registry of npm, which is not everywhere.
        why = `its Node.js could not be fetched: ${String(error).split('\n')[0]}`;
        return;
      }
      made = await makeExecutableOf('baton', platform);
    });

    test('is a program of that system, with ours inside', (t) => {
      if (made === undefined) return t.skip(why);
      const { head, part } = platform.os === 'windows' ? shapes.windows : shapes.darwin;
      assert.deepEqual(made.subarray(0, head.length), head);
      assert.ok(made.includes(part), 'Node.js would not find the part');
      assert.ok(made.includes('packages/baton/dist/main.js') && made.includes(release.commit));
    });

    if (platform.os === 'windows') {
      test('has the header of a 64-bit Windows program', (t) => {
        if (made === undefined) return t.skip(why);
        const at = made.readUInt32LE(0x3c);
        assert.equal(made.toString('latin1', at, at + 4), 'PE\0\0');
        assert.equal(made.readUInt16LE(at + 4), 0x8664);
      });
    }
  });
}
