// What the upload of a large file to C1 takes: throughput, and memory beside what the program needs anyway.
//
//   npm run bench upload                    200 MB
//   npm run bench upload -- --megabytes 20  another size
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { type ReceiverAddress, receive } from './upload/receive.ts';

const { values: flags } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '200' },
    role: { type: 'string' },
  },
});
const sendFile = join(import.meta.dirname, '../packages/connector-sdk/src/service/testing/send-file.ts');

/** Of the process that uploads. */
interface SendFigures {
  readonly ms: number;
  /** Resident memory with everything loaded and connected, and the most of it during the upload. */
  readonly beforeBytes: number;
  readonly peakBytes: number;
}

/** What a service may need for an upload beside the rest. */
const mostMemoryMb = 64;

if (flags.role === 'receive') await receive();
else await measure(Number(flags.megabytes));

/** The two sides are processes of their own, so that the memory of one is not the other's. */
async function measure(megabytes: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-upload-'));
  const receiver = child(import.meta.filename, '--role', 'receive');
  try {
    const path = join(folder, 'file');
    const block = Buffer.alloc(1e6, 'not compressed on the way ');
    await pipeline(Readable.from(Array.from({ length: megabytes }, () => block)), createWriteStream(path));
    const { url }: ReceiverAddress = JSON.parse(await firstLine(receiver));
    const sender = child(sendFile, url, path);
    const { ms, peakBytes, beforeBytes }: SendFigures = JSON.parse(await firstLine(sender));
    const memoryMb = (peakBytes - beforeBytes) / 1e6;
    console.log(`upload of ${megabytes} MB`);
    console.log(`  throughput         ${Math.round(megabytes / (ms / 1000))} MB/s (hashing included)`);
    console.log(`  peak memory        ${Math.round(peakBytes / 1e6)} MB`);
    console.log(
      `${memoryMb <= mostMemoryMb ? 'ok  ' : 'MISS'} additional memory ${Math.round(memoryMb)} MB, at most ${mostMemoryMb} MB`,
    );
    if (memoryMb > mostMemoryMb) process.exitCode = 1;
  } finally {
    receiver.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function child(...args: string[]) {
  return spawn(process.execPath, [...process.execArgv, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function firstLine(process: ReturnType<typeof child>): Promise<string> {
  for await (const line of createInterface({ input: process.stdout })) return line;
  throw new Error('A process of the measurement ended without a word.');
}
