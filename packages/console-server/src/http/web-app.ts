import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { contentSecurityPolicy } from './security-headers.ts';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
const compressible = new Set(['.css', '.ico', '.js', '.json', '.svg', '.txt', '.webmanifest']);

/** Names under it change with their content. */
const HASHED = '/assets/';
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Nine of eleven: a few percent larger, many times faster, which counts at each start. */
const BROTLI_QUALITY = 9;

type Encoding = 'br' | 'gzip' | 'identity';

interface WebFile {
  readonly type: string;
  readonly tag: string;
  readonly bodies: ReadonlyMap<Encoding, Buffer>;
}

/**
 * The web app: its files as they were built, and its page for every other address. All of it is in memory, by its exact
 * path, so that no address can lead out of the folder.
 *
 * @throws BatonError `FailedPrecondition` when it is not built
 */
export async function registerWebApp(app: FastifyInstance, dir: string): Promise<void> {
  const page = await readPage(dir);
  const files = new Map<string, Promise<WebFile>>();
  const paths = new Set(await listPaths(dir));

  app.get('/*', { schema: { hide: true } }, async (request, reply) => {
    const [path = ''] = request.url.split('?');
    if (paths.has(path)) {
      let file = files.get(path);
      if (file === undefined) {
        file = readWebFile(dir, path);
        files.set(path, file);
      }
      return await sendFile(request, reply, path, await file);
    }
    if (!isPage(path)) throw new BatonError(Code.NotFound, 'There is nothing at this address.');
    const nonce = randomBytes(16).toString('base64');
    return await reply
      .header('content-security-policy', contentSecurityPolicy(nonce))
      .type('text/html; charset=utf-8')
      .send(page.replace('<head>', `<head><meta property="csp-nonce" nonce="${nonce}">`));
  });
}

/** An address of the web app's own; a name with a dot is a file that is not there. */
function isPage(path: string): boolean {
  const isServers = /^\/(api|auth|healthz|readyz|metrics)(\/|$)/.test(path);
  return !isServers && !path.startsWith(HASHED) && !(path.split('/').at(-1) ?? '').includes('.');
}

async function readPage(dir: string): Promise<string> {
  try {
    return await readFile(join(dir, 'index.html'), 'utf8');
  } catch (cause) {
    throw new BatonError(Code.FailedPrecondition, `The web app is not built: ${dir} has no index.html.`, { cause });
  }
}

async function listPaths(dir: string): Promise<string[]> {
  const names = await readdir(dir, { recursive: true });
  return names.filter((name) => types[extname(name)] !== undefined).map((name) => `/${name.split(sep).join('/')}`);
}

async function readWebFile(dir: string, path: string): Promise<WebFile> {
  const content = await readFile(join(dir, path));
  const bodies = new Map<Encoding, Buffer>([['identity', content]]);
  if (compressible.has(extname(path))) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY };
    bodies.set('br', await promisify(brotliCompress)(content, { params }));
    bodies.set('gzip', await promisify(gzip)(content, { level: 9 }));
  }
  const tag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  return { type: types[extname(path)] ?? '', tag, bodies };
}

async function sendFile(request: FastifyRequest, reply: FastifyReply, path: string, file: WebFile): Promise<unknown> {
  const accepted = request.headers['accept-encoding'] ?? '';
  const encoding =
    (['br', 'gzip'] as const).find((one) => file.bodies.has(one) && new RegExp(`\\b${one}\\b`).test(accepted)) ??
    'identity';
  reply.headers({
    'cache-control': path.startsWith(HASHED) ? FOR_EVER : 'no-cache',
    etag: file.tag,
    vary: 'accept-encoding',
    ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
  });
  if (request.headers['if-none-match'] === file.tag) return await reply.code(304).send();
  return await reply.type(file.type).send(file.bodies.get(encoding));
}
