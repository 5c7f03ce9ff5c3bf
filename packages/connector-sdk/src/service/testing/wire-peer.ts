import { connect, constants, createSecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { wireMessages } from '@baton-ts/protocol/testing/wire-messages';
import { type Metadata, Server, ServerCredentials, type ServerReadableStream, type sendUnaryData } from '@grpc/grpc-js';
import { Type } from 'protobufjs';
import { tls } from './c1.ts';

export type Fields = Record<string, unknown>;

export interface WirePeer {
  readonly port: number;
  /** What arrived, decoded by the table: the method's name and the request, with the table's names. */
  readonly calls: readonly (readonly [method: string, request: Fields])[];
  /** Forms that arrived at the token endpoint. */
  readonly tokenForms: readonly URLSearchParams[];
  /** Headers of the calls. */
  readonly headers: readonly Metadata[];
}

const packageName = 'c1.connectorapi.baton.v1';
/** A host and its messages that know nothing of ours: made from the table of the wire, spoken by grpc-js. */
const root = wireMessages();

/** Decoded, with every field that was on the wire and no other; bytes as base64. */
export function decoded(type: string, bytes: Uint8Array): Fields {
  const found = root.lookupType(type);
  return found.toObject(found.decode(bytes), { longs: String, enums: Number, bytes: String });
}

export function encoded(type: string, fields: Fields): Uint8Array {
  const found = root.lookupType(type);
  return found.encode(found.fromObject(fields)).finish();
}

/** @param answer what each call is answered with, by the table's names */
export async function serveWirePeer(
  t: TestContext,
  answer: (method: string, request: Fields, count: number) => Fields,
): Promise<WirePeer> {
  const calls: (readonly [string, Fields])[] = [];
  const tokenForms: URLSearchParams[] = [];
  const headers: Metadata[] = [];
  const counts = new Map<string, number>();
  const reply = (method: string, request: Fields, metadata: Metadata): Fields => {
    calls.push([method, request]);
    headers.push(metadata);
    const count = (counts.get(method) ?? 0) + 1;
    counts.set(method, count);
    return answer(method, request, count);
  };
  const define = (method: string, requestStream: boolean) => ({
    path: `/${packageName}.BatonService/${method}`,
    requestStream,
    responseStream: false,
    requestSerialize: (fields: Fields) => Buffer.from(encoded(`${packageName}.BatonService${method}Request`, fields)),
    requestDeserialize: (bytes: Buffer) => decoded(`${packageName}.BatonService${method}Request`, bytes),
    responseSerialize: (fields: Fields) => Buffer.from(encoded(`${packageName}.BatonService${method}Response`, fields)),
    responseDeserialize: (bytes: Buffer) => decoded(`${packageName}.BatonService${method}Response`, bytes),
  });
  const unary = ['Hello', 'GetTask', 'GetTasks', 'Heartbeat', 'FinishTask'];
  const server = new Server();
  server.addService(
    Object.fromEntries([
      ...unary.map((method) => [method, define(method, false)]),
      ['UploadAsset', define('UploadAsset', true)],
    ]),
    {
      ...Object.fromEntries(
        unary.map((method) => [
          method,
          (call: { request: Fields; metadata: Metadata }, done: sendUnaryData<Fields>) =>
            done(null, reply(method, call.request, call.metadata)),
        ]),
      ),
      UploadAsset: (call: ServerReadableStream<Fields, Fields>, done: sendUnaryData<Fields>) => {
        call.on('data', (message: Fields) => void reply('UploadAsset', message, call.metadata));
        call.on('end', () => done(null, {}));
      },
    },
  );
  const innerPort = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
  t.after(() => server.forceShutdown());
  const port = await serveFront(t, innerPort, tokenForms);
  return { port, calls, tokenForms, headers };
}

/** One TLS listener for the token endpoint and gRPC, as C1 has (`service-protocol.md §15`). */
async function serveFront(t: TestContext, innerPort: number, tokenForms: URLSearchParams[]): Promise<number> {
  const inner = connect(`http://127.0.0.1:${innerPort}`);
  inner.on('error', () => {});
  t.after(() => inner.destroy());
  const front = createSecureServer({ ...tls });
  front.on('stream', (stream: ServerHttp2Stream, received) => {
    const path = received[':path'] ?? '';
    const rest = Object.fromEntries(Object.entries(received).filter(([name]) => !name.startsWith(':')));
    stream.on('error', () => {});
    if (path === '/auth/v1/token') return answerToken(stream, tokenForms);
    pass(stream, inner.request({ ...rest, ':path': path, ':method': 'POST' }));
  });
  const sessions = new Set<{ destroy(): void }>();
  front.on('session', (session) => sessions.add(session));
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const session of sessions) session.destroy();
    front.close();
  });
  const address = front.address() satisfies AddressInfo | string | null;
  if (typeof address !== 'object' || address === null) throw new Error('the peer has no port');
  return address.port;
}

function answerToken(stream: ServerHttp2Stream, tokenForms: URLSearchParams[]): void {
  let form = '';
  stream.setEncoding('utf8').on('data', (part) => {
    form += String(part);
  });
  stream.on('end', () => {
    tokenForms.push(new URLSearchParams(form));
    stream.respond({ ':status': 200, 'content-type': 'application/json' });
    stream.end(JSON.stringify({ access_token: 'opaque', token_type: 'bearer', expires_in: 600 }));
  });
}

function pass(outer: ServerHttp2Stream, inner: ReturnType<ReturnType<typeof connect>['request']>): void {
  let trailers: IncomingHttpHeaders = {};
  inner.on('error', () => outer.close(constants.NGHTTP2_INTERNAL_ERROR));
  outer.on('close', () => inner.close(constants.NGHTTP2_CANCEL));
  outer.pipe(inner);
  inner.on('trailers', (received) => {
    trailers = received;
  });
  outer.on('wantTrailers', () => outer.sendTrailers(trailers));
  inner.on('response', (received, flags) => {
    const isWhole = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    outer.respond(received, { waitForTrailers: !isWhole, endStream: isWhole });
    if (!isWhole) inner.pipe(outer);
  });
}

/**
 * A message with every field filled, by the table.
 *
 * @param choice which member of each oneof, and which value of each enum, is taken
 */
export function sampleOf(name: string, choice: number, depth = 0): Fields {
  const type = root.lookupType(name);
  // Any JSON, which may hold itself without end.
  if (name === 'google.protobuf.Value' && depth > 3) return { stringValue: 'text' };
  const fields: Fields = {};
  type.resolveAll();
  for (const field of type.fieldsArray) {
    const members = field.partOf?.oneof ?? [field.name];
    if (members[choice % members.length] !== field.name) continue;
    const { resolvedType } = field;
    const isMessage = resolvedType instanceof Type;
    // Types that hold themselves end somewhere.
    if (isMessage && depth > 5) continue;
    const value = isMessage
      ? sampleOf(resolvedType.fullName.slice(1), choice, depth + 1)
      : resolvedType === null
        ? scalar(field.type, field.id)
        : enumValue(resolvedType.values, choice);
    fields[field.name] = field.map ? { key: value } : field.repeated ? [value] : value;
  }
  return fields;
}

function enumValue(values: Record<string, number>, choice: number): number {
  const known = Object.values(values).filter((value) => value !== 0);
  return known[choice % Math.max(known.length, 1)] ?? 0;
}

function scalar(type: string, id: number): unknown {
  if (type === 'string') return `text ${id}`;
  if (type === 'bytes') return Buffer.from([id % 256]);
  if (type === 'bool') return true;
  if (type === 'float' || type === 'double') return 0.5;
  return /64/.test(type) ? String(id) : id;
}
