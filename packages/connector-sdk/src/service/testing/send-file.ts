// The program that benchmarks/upload.ts measures: uploads a file to a server and says what that took.
import { BatonService } from '@baton-ts/protocol/connectorapi-v1';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { systemClock } from '../../http/clock.ts';
import { silentLogger } from '../../logger.ts';
import { uploadFile } from '../upload.ts';

const [baseUrl = '', path = ''] = process.argv.slice(2);
const request = {
  client: createClient(BatonService, createGrpcTransport({ baseUrl })),
  hostId: 'bench',
  taskId: 'bench',
  clock: systemClock,
  logger: silentLogger,
  signal: new AbortController().signal,
};
// Loads and connects what any call needs.
await uploadFile({ ...request, path: import.meta.filename });
const beforeBytes = process.memoryUsage.rss();
let peakBytes = beforeBytes;
const look = setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
}, 2);
const startedMs = performance.now();
await uploadFile({ ...request, path });
const ms = performance.now() - startedMs;
clearInterval(look);
process.stdout.write(
  `${JSON.stringify({ ms, beforeBytes, peakBytes, was: process.resourceUsage().maxRSS * 1024 })}\n`,
  () => process.exit(),
);
