import type { IncomingMessage } from 'node:http';

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The largest legitimate request lists all scopes for 500 subusers: about 4 MB. */
const largestBodyBytes = 8 * 1024 * 1024;

/** Undefined for no body. Throws on a body that is too large or not JSON. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > largestBodyBytes) throw new Error('The body is too large.');
    chunks.push(chunk);
  }
  return size === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
