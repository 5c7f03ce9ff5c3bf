import { createHash } from 'node:crypto';

const HEADER_BYTES = 32;
const COMMAND_BYTES = 16;
const SEGMENT = 0x19;
const CODE_SIGNATURE = 0x1d;
const SEGMENT_HEADER_BYTES = 72;
const SECTION_BYTES = 80;
/** What a kernel of either processor hashes at once. */
const PAGE_BYTES = 4096;
/** Where `__LINKEDIT` has to end in memory: the larger page of the two processors. */
const MEMORY_PAGE_BYTES = 16_384;
const HASH_BYTES = 32;
const DIRECTORY_HEADER_BYTES = 88;
const SUPER_BLOB_BYTES = 20;
/** No certificate, and made by whoever linked the program: `codesign` replaces it without being forced. */
const AD_HOC_BY_LINKER = 0x2_0002;
const MAIN_BINARY = 1n;

interface Segment {
  readonly at: number;
  readonly name: string;
  readonly fileOffset: bigint;
  readonly fileBytes: bigint;
}

/**
 * A 64-bit macOS program with a signature that names nobody, as linkers make it: hashes of its pages. Macs with Apple silicon
 * start no program without one. It says nothing about where the program is from: that is what the sums of a release are for.
 *
 * @param identifier the program's name, which the signature carries
 * @throws Error for a file of another kind, or one that is signed already
 */
export function signMachO(program: Buffer, identifier: string): Buffer {
  if (program.readUInt32LE(0) !== 0xfeedfacf) throw new Error('not a 64-bit Mach-O file');
  const commands = commandsOf(program);
  if (commands.some(({ kind }) => kind === CODE_SIGNATURE)) throw new Error('the Mach-O file has a signature already');
  const segments = commands.filter(({ kind }) => kind === SEGMENT).map(({ at }) => segmentAt(program, at));
  const [text, linkEdit] = ['__TEXT', '__LINKEDIT'].map((name) => segments.find((one) => one.name === name));
  if (text === undefined || linkEdit === undefined) throw new Error('the Mach-O file lacks __TEXT or __LINKEDIT');
  if (Number(linkEdit.fileOffset + linkEdit.fileBytes) !== program.length) {
    throw new Error('the Mach-O file does not end with __LINKEDIT');
  }

  const codeBytes = roundUp(program.length, 16);
  const pages = Math.ceil(codeBytes / PAGE_BYTES);
  const nameBytes = Buffer.byteLength(identifier) + 1;
  const directoryBytes = DIRECTORY_HEADER_BYTES + nameBytes + pages * HASH_BYTES;
  const signatureBytes = roundUp(SUPER_BLOB_BYTES + directoryBytes, 16);
  const signed = Buffer.alloc(codeBytes + signatureBytes);
  program.copy(signed);
  addCommand(signed, codeBytes, signatureBytes);
  const linkEditBytes = signed.length - Number(linkEdit.fileOffset);
  signed.writeBigUInt64LE(BigInt(roundUp(linkEditBytes, MEMORY_PAGE_BYTES)), linkEdit.at + 32);
  signed.writeBigUInt64LE(BigInt(linkEditBytes), linkEdit.at + 48);

  const blob = signed.subarray(codeBytes);
  for (const [index, word] of [0xfade_0cc0, SUPER_BLOB_BYTES + directoryBytes, 1, 0, SUPER_BLOB_BYTES].entries()) {
    blob.writeUInt32BE(word, index * 4);
  }
  const directory = blob.subarray(SUPER_BLOB_BYTES);
  writeDirectory(directory, { bytes: directoryBytes, hashesAt: DIRECTORY_HEADER_BYTES + nameBytes, pages, codeBytes });
  directory.writeBigUInt64BE(text.fileOffset, 64);
  directory.writeBigUInt64BE(text.fileBytes, 72);
  directory.writeBigUInt64BE(MAIN_BINARY, 80);
  directory.write(identifier, DIRECTORY_HEADER_BYTES);
  // Last: the hashes cover the header and the commands that were written above.
  for (let page = 0; page < pages; page++) {
    const content = signed.subarray(page * PAGE_BYTES, Math.min((page + 1) * PAGE_BYTES, codeBytes));
    const hash = createHash('sha256').update(content).digest();
    hash.copy(directory, DIRECTORY_HEADER_BYTES + nameBytes + page * HASH_BYTES);
  }
  return signed;
}

function commandsOf(program: Buffer): { readonly at: number; readonly kind: number }[] {
  const commands: { at: number; kind: number }[] = [];
  let at = HEADER_BYTES;
  for (let left = program.readUInt32LE(16); left > 0; left--) {
    commands.push({ at, kind: program.readUInt32LE(at) });
    at += program.readUInt32LE(at + 4);
  }
  return commands;
}

function segmentAt(program: Buffer, at: number): Segment {
  return {
    at,
    name: program.toString('latin1', at + 8, at + 24).replace(/\0+$/, ''),
    fileOffset: program.readBigUInt64LE(at + 40),
    fileBytes: program.readBigUInt64LE(at + 48),
  };
}

/** Where the first section begins that lies in the file: what is before it belongs to the commands. */
function firstContent(program: Buffer): number {
  const offsets = commandsOf(program)
    .filter(({ kind }) => kind === SEGMENT)
    .flatMap(({ at }) =>
      Array.from({ length: program.readUInt32LE(at + 64) }, (_, index) =>
        program.readUInt32LE(at + SEGMENT_HEADER_BYTES + index * SECTION_BYTES + 48),
      ),
    );
  return Math.min(...offsets.filter((offset) => offset > 0));
}

function addCommand(signed: Buffer, offset: number, bytes: number): void {
  const commandsEnd = HEADER_BYTES + signed.readUInt32LE(20);
  if (commandsEnd + COMMAND_BYTES > firstContent(signed)) throw new Error('the Mach-O file has no room for a command');
  for (const [index, word] of [CODE_SIGNATURE, COMMAND_BYTES, offset, bytes].entries()) {
    signed.writeUInt32LE(word, commandsEnd + index * 4);
  }
  signed.writeUInt32LE(signed.readUInt32LE(16) + 1, 16);
  signed.writeUInt32LE(signed.readUInt32LE(20) + COMMAND_BYTES, 20);
}

interface DirectoryShape {
  readonly bytes: number;
  readonly hashesAt: number;
  readonly pages: number;
  readonly codeBytes: number;
}

/** The fixed part of a code directory of version 2.4, which knows where the program's code lies. */
function writeDirectory(directory: Buffer, { bytes, hashesAt, pages, codeBytes }: DirectoryShape): void {
  const words = [0xfade_0c02, bytes, 0x2_0400, AD_HOC_BY_LINKER, hashesAt, DIRECTORY_HEADER_BYTES, 0, pages, codeBytes];
  for (const [index, word] of words.entries()) directory.writeUInt32BE(word, index * 4);
  directory.writeUInt8(HASH_BYTES, 36);
  // SHA-256.
  directory.writeUInt8(2, 37);
  directory.writeUInt8(Math.log2(PAGE_BYTES), 39);
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
