import { lookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { CustomFetch } from 'openid-client';
import { isMetadataAddress, isPrivateAddress } from '../../domain/private-address.ts';

/** The documents of a provider have a few KiB. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Fetches from a host that a person has entered, and from those that its documents name. Without `allowPrivate` it connects
 * to public addresses only, with it to all but those at which clouds tell secrets; they are checked at the moment of
 * connecting, when the name cannot point elsewhere any more.
 * Redirects are not followed.
 */
export function guardedFetch({ allowPrivate }: { readonly allowPrivate: boolean }): CustomFetch {
  return async (url, { method, headers, body, signal }) => {
    const target = new URL(url);
    const host = target.hostname.replace(/^\[|\]$/g, '');
    const isRefused = allowPrivate ? isMetadataAddress : isPrivateAddress;
    if (isIP(host) !== 0 && isRefused(host)) throw refused(host, isMetadataAddress(host));
    const answer = await send(target, text(body), {
      method,
      headers,
      ...(signal === undefined ? {} : { signal }),
      lookup: without(isRefused),
    });
    const status = answer.statusCode ?? 0;
    const bytes = await readBody(answer, target);
    const isEmpty = status === 204 || status === 205 || status === 304;
    return new Response(isEmpty ? null : bytes, {
      status,
      headers: Object.entries(answer.headers).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value] as [string, string]] : [],
      ),
    });
  };
}

function without(isRefused: (address: string) => boolean): LookupFunction {
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, []);
      const bad = addresses.find(({ address }) => isRefused(address));
      if (bad !== undefined) return done(refused(host, isMetadataAddress(bad.address)), []);
      const [first] = addresses;
      if (options.all === true || first === undefined) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}

function refused(host: string, isMetadata: boolean): Error & { readonly code: string } {
  const message = isMetadata
    ? `${host} is an address at which a cloud tells its machines secrets. No sign-in provider is there.`
    : `${host} is inside this network. If the sign-in provider is meant to be there, set BATON_CONSOLE_ALLOW_PRIVATE_ISSUER=true.`;
  return Object.assign(new Error(message), { code: 'EACCES' });
}

function send(target: URL, body: string | undefined, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const begin = target.protocol === 'https:' ? httpsRequest : httpRequest;
    begin(target, { ...options, agent: false }, resolve)
      .on('error', reject)
      .end(body);
  });
}

async function readBody(answer: IncomingMessage, target: URL): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY_BYTES) {
      throw new BatonError(Code.ResourceExhausted, `${target.origin} answered with more than ${MAX_BODY_BYTES} bytes.`);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function text(body: unknown): string | undefined {
  if (body === null || body === undefined) return undefined;
  if (typeof body === 'string' || body instanceof URLSearchParams) return String(body);
  throw new BatonError(Code.Internal, 'A request to a sign-in provider has a body of a kind that is never sent.');
}
