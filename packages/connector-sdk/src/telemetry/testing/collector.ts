import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import protobuf from 'protobufjs';

/** The parts of OTLP that the tests read, by their numbers in the published protocol. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message AnyValue { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message Status { string message = 2; int32 code = 3; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9;
    Status status = 15;
  }
  message ScopeSpans { repeated Span spans = 2; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message TraceRequest { repeated ResourceSpans resource_spans = 1; }
  message LogRecord {
    fixed64 time_unix_nano = 1; int32 severity_number = 2; string severity_text = 3; AnyValue body = 5;
    repeated KeyValue attributes = 6; bytes trace_id = 9; bytes span_id = 10;
  }
  message ScopeLogs { repeated LogRecord log_records = 2; }
  message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; }
  message LogsRequest { repeated ResourceLogs resource_logs = 1; }
`);

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export type Facts = Readonly<Record<string, unknown>>;

export interface ReceivedSpan {
  readonly service: unknown;
  readonly name: string;
  readonly id: string;
  readonly traceId: string;
  /** Of the span that this one is part of; empty: none. */
  readonly parentId: string;
  readonly durationMs: number;
  readonly facts: Facts;
  /** What failed; undefined: nothing. */
  readonly failure: string | undefined;
}

export interface ReceivedLog {
  readonly service: unknown;
  readonly level: string;
  readonly message: unknown;
  readonly facts: Facts;
  /** Of the span that was open when it was logged; empty: none. */
  readonly spanId: string;
}

export interface TestCollector extends AsyncDisposable {
  readonly address: string;
  readonly spans: ReceivedSpan[];
  readonly logs: ReceivedLog[];
}

type Reply = sendUnaryData<Buffer>;

/**
 * A collector on 127.0.0.1 that speaks OTLP over gRPC.
 *
 * @param tls with TLS; undefined: without
 * @param answers false: it takes everything and never answers
 */
export async function startCollector({
  tls,
  answers = true,
}: {
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly answers?: boolean;
} = {}): Promise<TestCollector> {
  const spans: ReceivedSpan[] = [];
  const logs: ReceivedLog[] = [];
  const server = new Server();
  const method = (service: string, take: (request: Buffer) => void): void => {
    const path = `/opentelemetry.proto.collector.${service}/Export`;
    const bytes = (value: Buffer): Buffer => value;
    const codec = {
      requestSerialize: bytes,
      requestDeserialize: bytes,
      responseSerialize: bytes,
      responseDeserialize: bytes,
    };
    server.addService(
      { export: { path, requestStream: false, responseStream: false, ...codec } },
      {
        export(call: ServerUnaryCall<Buffer, Buffer>, reply: Reply) {
          take(call.request);
          if (answers) reply(null, Buffer.alloc(0));
        },
      },
    );
  };
  method('trace.v1.TraceService', (request) => spans.push(...readSpans(request)));
  method('logs.v1.LogsService', (request) => logs.push(...readLogs(request)));
  const credentials =
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) }]);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', credentials, (error, port) => (error === null ? resolve(port) : reject(error)));
  const port = await promise;
  return {
    address: `127.0.0.1:${port}`,
    spans,
    logs,
    async [Symbol.asyncDispose]() {
      server.forceShutdown();
    },
  };
}

interface Sent {
  readonly resource: { readonly attributes: readonly KeyValue[] };
  readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  readonly scopeLogs: readonly { readonly logRecords: readonly SentLog[] }[];
}

interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly status: { readonly code: number; readonly message: string } | null;
}

interface SentLog {
  readonly severityText: string;
  readonly body: Facts;
  readonly attributes: readonly KeyValue[];
  readonly spanId: string;
}

function read(typeName: string, request: Buffer): Record<string, readonly Sent[]> {
  const type = root.lookupType(typeName);
  return type.toObject(type.decode(request), { bytes: String, longs: String, defaults: true, oneofs: true });
}

function readSpans(request: Buffer): ReceivedSpan[] {
  const { resourceSpans = [] } = read('TraceRequest', request);
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        service: factsOf(resource.attributes)['service.name'],
        name: span.name,
        id: span.spanId,
        traceId: span.traceId,
        parentId: span.parentSpanId,
        durationMs: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
        facts: factsOf(span.attributes),
        failure: span.status?.code === 2 ? span.status.message : undefined,
      })),
    ),
  );
}

function readLogs(request: Buffer): ReceivedLog[] {
  const { resourceLogs = [] } = read('LogsRequest', request);
  return resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map((record) => ({
        service: factsOf(resource.attributes)['service.name'],
        level: record.severityText,
        message: valueOf(record.body),
        facts: factsOf(record.attributes),
        spanId: record.spanId,
      })),
    ),
  );
}

function factsOf(attributes: readonly KeyValue[]): Facts {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}

/** The one that is set; 64-bit numbers came as text. */
function valueOf(value: Facts): unknown {
  const set = Object.entries(value).find(([, one]) => one !== '' && one !== false && one !== '0' && one !== 0);
  return set?.[0] === 'intValue' ? Number(set[1]) : set?.[1];
}
