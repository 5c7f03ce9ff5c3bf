import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { signMachO } from './sign-mach-o.ts';

/** A Mach-O file of two segments, with `room` bytes between its commands and the only section. */
function smallProgram(room: number): Buffer {
  const [textCommand, linkCommand] = [72 + 80, 72];
  const sectionAt = 32 + textCommand + linkCommand + room;
  const linkEditAt = 8192;
  const program = Buffer.alloc(linkEditAt + 100, 7);
  program.fill(0, 0, sectionAt);
  program.writeUInt32LE(0xfeedfacf, 0);
  program.writeUInt32LE(2, 16);
  program.writeUInt32LE(textCommand + linkCommand, 20);
  writeSegment(program, 32, textCommand, '__TEXT', 0, linkEditAt);
  program.writeUInt32LE(1, 32 + 64);
  program.writeUInt32LE(sectionAt, 32 + 72 + 48);
  writeSegment(program, 32 + textCommand, linkCommand, '__LINKEDIT', linkEditAt, 100);
  return program;
}

function writeSegment(program: Buffer, at: number, size: number, name: string, offset: number, bytes: number): void {
  program.writeUInt32LE(0x19, at);
  program.writeUInt32LE(size, at + 4);
  program.write(name, at + 8);
  program.writeBigUInt64LE(BigInt(offset), at + 40);
  program.writeBigUInt64LE(BigInt(bytes), at + 48);
}

describe('the signature of a macOS program', () => {
  test('leaves what is loaded as it was', () => {
    const program = smallProgram(64);
    const signed = signMachO(program, 'small');
    const loadedAt = 32 + 72 + 80 + 72 + 64;
    assert.ok(signed.subarray(loadedAt, program.length).equals(program.subarray(loadedAt)));
    assert.equal(signed.readUInt32LE(16), 3);
  });

  test('is the same whenever it is made', () => {
    assert.ok(signMachO(smallProgram(64), 'small').equals(signMachO(smallProgram(64), 'small')));
  });

  test('is not made where its command would lie on the code', () => {
    assert.throws(() => signMachO(smallProgram(8), 'small'), /no room/);
  });

  test('is not made a second time', () => {
    assert.throws(() => signMachO(signMachO(smallProgram(64), 'small'), 'small'), /has a signature already/);
  });

  test('is not made for a program of another system', () => {
    assert.throws(() => signMachO(Buffer.from('MZ'.padEnd(100, '\0')), 'small'), /not a 64-bit Mach-O file/);
  });

  test('is not made where something follows that no segment maps', () => {
    assert.throws(
      () => signMachO(Buffer.concat([smallProgram(64), Buffer.alloc(1)]), 'small'),
      /does not end with __LINKEDIT/,
    );
  });
});
