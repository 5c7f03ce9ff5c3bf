import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createZstdDecompress } from 'node:zlib';
import { JOURNAL_FLAG_OFFSET, MAGIC_V1 } from '../envelope.ts';
import type { Report } from './finding.ts';

const ZSTD_MAGIC = 0xfd2fb528;
/** Older readers refuse more; ours and the Go SDK read up to 128 MiB (`c1z-format.md §1.3, §7` writer 1). */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024;
const LONGEST_FRAME_HEADER = 18;
const RLE_BLOCK = 1;

/** How the file is packed: one zstd frame that every reader can take, and a database in rollback-journal mode. */
export async function checkEnvelope(path: string, report: Report): Promise<void> {
  const warn = (rule: string, source: string, message: string): void =>
    report({ severity: 'warning', rule, source: `c1z-format.md ${source}`, where: 'envelope', message });
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const header = await readFrameHeader(file);
    if (header === undefined) return;
    if (!header.hasChecksum)
      warn('frame-without-checksum', '§1.3', 'the zstd frame has no checksum, so damage can go unnoticed');
    if (!header.hasContentSize)
      warn('frame-without-size', '§1.3', 'the zstd frame does not say how large its content is');
    if (header.windowBytes > MAX_WINDOW_BYTES) {
      warn(
        'frame-window',
        '§1.3',
        `the zstd frame needs a window of ${header.windowBytes} bytes; readers allow ${MAX_WINDOW_BYTES}`,
      );
    }
    const end = await endOfFrame(file, header, size);
    if (end < size)
      warn('several-frames', '§1.3', `${size - end} bytes follow the first zstd frame; a writer makes one`);
  } finally {
    await file.close();
  }
  if ((await journalFlag(path)) === 2) {
    warn('wal-flag', '§2.1', 'the database is flagged as being in WAL mode, which makes some readers write side files');
  }
}

interface FrameHeader {
  readonly hasChecksum: boolean;
  readonly hasContentSize: boolean;
  readonly windowBytes: number;
  /** Where the first block begins. */
  readonly end: number;
}

/** RFC 8878 §3.1.1.1. */
async function readFrameHeader(file: FileHandle): Promise<FrameHeader | undefined> {
  const { buffer, bytesRead } = await file.read(
    Buffer.alloc(LONGEST_FRAME_HEADER),
    0,
    LONGEST_FRAME_HEADER,
    MAGIC_V1.length,
  );
  if (bytesRead < 6 || buffer.readUInt32LE(0) !== ZSTD_MAGIC) return undefined;
  const descriptor = buffer.readUInt8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentFlag = descriptor >> 6;
  const contentBytes = contentFlag === 0 ? Number(isSingleSegment) : 2 ** contentFlag;
  const contentAt = 5 + Number(!isSingleSegment) + dictionaryBytes;
  const windowByte = buffer.readUInt8(5);
  const windowBase = 2 ** (10 + (windowByte >> 3));
  return {
    hasChecksum: (descriptor & 4) !== 0,
    hasContentSize: contentBytes > 0,
    windowBytes: isSingleSegment
      ? littleEndian(buffer.subarray(contentAt, contentAt + contentBytes)) + (contentFlag === 1 ? 256 : 0)
      : windowBase + (windowBase / 8) * (windowByte & 7),
    end: MAGIC_V1.length + contentAt + contentBytes,
  };
}

const littleEndian = (bytes: Uint8Array): number => bytes.reduceRight((total, byte) => total * 256 + byte, 0);

/** Walks over the blocks (RFC 8878 §3.1.1.2): three bytes say how long each is and whether it is the last. */
async function endOfFrame(file: FileHandle, header: FrameHeader, size: number): Promise<number> {
  const head = Buffer.alloc(3);
  for (let at = header.end; at + head.length <= size; ) {
    await file.read(head, 0, head.length, at);
    const block = head.readUIntLE(0, 3);
    at += head.length + (((block >> 1) & 3) === RLE_BLOCK ? 1 : block >> 3);
    if ((block & 1) === 1) return at + (header.hasChecksum ? 4 : 0);
  }
  return size;
}

async function journalFlag(path: string): Promise<number | undefined> {
  const packed = createReadStream(path, { start: MAGIC_V1.length });
  const unpacked = packed.pipe(createZstdDecompress());
  try {
    for await (const chunk of unpacked) return chunk instanceof Uint8Array ? chunk[JOURNAL_FLAG_OFFSET] : undefined;
  } finally {
    packed.destroy();
    unpacked.destroy();
  }
  return undefined;
}
