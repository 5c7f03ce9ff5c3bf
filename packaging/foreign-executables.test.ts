import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
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

    if (platform.os === 'darwin') {
      test('carries a signature whose hashes are those of its pages, up to where the signature begins', (t) => {
        if (made === undefined) return t.skip(why);
        const command = loadCommands(made).find((one) => one.readUInt32LE(0) === 0x1d);
        assert.ok(command !== undefined, 'Macs with Apple silicon would not start it');
        const codeEnd = command.readUInt32LE(8);
        assert.equal(codeEnd + command.readUInt32LE(12), made.length);
        const blob = made.subarray(codeEnd);
        assert.equal(blob.readUInt32BE(0), 0xfade0cc0);
        const directory = blob.subarray(blob.readUInt32BE(16));
        assert.equal(directory.readUInt32BE(0), 0xfade0c02);
        assert.equal(directory.readUInt32BE(32), codeEnd);
        const [hashesAt, nameAt] = [directory.readUInt32BE(16), directory.readUInt32BE(20)];
        assert.equal(directory.toString('utf8', nameAt, directory.indexOf(0, nameAt)), 'baton');
        const pageBytes = 2 ** directory.readUInt8(39);
        const pages = Math.ceil(codeEnd / pageBytes);
        assert.equal(directory.readUInt32BE(28), pages);
        for (let page = 0; page < pages; page++) {
          const content: Buffer = made.subarray(page * pageBytes, Math.min((page + 1) * pageBytes, codeEnd));
          const kept = directory.subarray(hashesAt + page * 32, hashesAt + (page + 1) * 32);
          assert.ok(createHash('sha256').update(content).digest().equals(kept), `page ${page}`);
        }
      });

      test('is mapped whole by its segments, the signature included', (t) => {
        if (made === undefined) return t.skip(why);
        const segments = loadCommands(made).filter((one) => one.readUInt32LE(0) === 0x19);
        const last = segments.at(-1);
        assert.equal(last?.toString('latin1', 8, 18), '__LINKEDIT');
        const [memory = 0n, offset = 0n, bytes = 0n] = [32, 40, 48].map((at) => last?.readBigUInt64LE(at));
        assert.equal(Number(offset + bytes), made.length);
        assert.ok(memory >= bytes && memory % 16_384n === 0n);
      });
    }

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

/** The commands that tell macOS what to load from where. */
function loadCommands(program: Buffer): Buffer[] {
  const commands: Buffer[] = [];
  let at = 32;
  for (let left = program.readUInt32LE(16); left > 0; left--) {
    const command = program.subarray(at, at + program.readUInt32LE(at + 4));
    commands.push(command);
    at += command.length;
  }
  return commands;
}
