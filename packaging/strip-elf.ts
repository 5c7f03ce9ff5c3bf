const SECTION_BYTES = 64;
const LOAD = 1;
const ALLOCATED = 2n;

interface Section {
  readonly header: Buffer;
  readonly offset: number;
  readonly size: number;
  readonly isKept: boolean;
}

/**
 * A 64-bit little-endian ELF program without symbol tables and debugging sections, which nothing loads. In plain code, so that
 * the result does not depend on which `strip` a machine has, and any machine strips for any other.
 *
 * @throws Error for a file of another kind
 */
export function stripElf(program: Buffer): Buffer {
  if (program.readUInt32BE(0) !== 0x7f454c46 || program[4] !== 2 || program[5] !== 1) {
    throw new Error('not a 64-bit little-endian ELF file');
  }
  const sectionsAt = Number(program.readBigUInt64LE(0x28));
  const count = program.readUInt16LE(0x3c);
  const namesIndex = program.readUInt16LE(0x3e);
  const sections = Array.from({ length: count }, (_, index): Section => {
    const at = sectionsAt + index * SECTION_BYTES;
    const header = Buffer.from(program.subarray(at, at + SECTION_BYTES));
    return {
      header,
      offset: Number(header.readBigUInt64LE(0x18)),
      size: Number(header.readBigUInt64LE(0x20)),
      isKept: index === 0 || index === namesIndex || (header.readBigUInt64LE(8) & ALLOCATED) !== 0n,
    };
  });
  const loadedEnd = endOfLoaded(program);
  const names = sections[namesIndex];
  if (names === undefined) throw new Error('the ELF file names no sections');

  const newIndex = new Map<number, number>();
  for (const [index, { isKept }] of sections.entries()) if (isKept) newIndex.set(index, newIndex.size);
  const kept = sections.filter(({ isKept }) => isKept).map(({ header }) => header);
  for (const header of kept) {
    for (const field of [0x28, 0x2c]) {
      const moved = newIndex.get(header.readUInt32LE(field));
      // The second field is an index for relocations alone (types 4 and 9).
      if (moved !== undefined && (field === 0x28 || [4, 9].includes(header.readUInt32LE(4)))) {
        header.writeUInt32LE(moved, field);
      }
    }
  }
  names.header.writeBigUInt64LE(BigInt(loadedEnd), 0x18);
  const nameBytes = program.subarray(names.offset, names.offset + names.size);
  const tableAt = Math.ceil((loadedEnd + names.size) / 8) * 8;
  const padding = Buffer.alloc(tableAt - loadedEnd - names.size);
  const head = Buffer.from(program.subarray(0, loadedEnd));
  head.writeBigUInt64LE(BigInt(tableAt), 0x28);
  head.writeUInt16LE(kept.length, 0x3c);
  head.writeUInt16LE(newIndex.get(namesIndex) ?? 0, 0x3e);
  return Buffer.concat([head, nameBytes, padding, ...kept]);
}

function endOfLoaded(program: Buffer): number {
  const at = Number(program.readBigUInt64LE(0x20));
  const size = program.readUInt16LE(0x36);
  const count = program.readUInt16LE(0x38);
  const ends = Array.from({ length: count }, (_, index) => program.subarray(at + index * size))
    .filter((header) => header.readUInt32LE(0) === LOAD)
    .map((header) => Number(header.readBigUInt64LE(8) + header.readBigUInt64LE(0x20)));
  return Math.max(...ends);
}
