import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Code, codeName } from '@baton-ts/protocol/errors';
import { type ChannelCredentials, credentials } from '@grpc/grpc-js';
import {
  type Context,
  ROOT_CONTEXT,
  SeverityNumber,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { HttpCall } from '../http/observer.ts';
import type { Logger } from '../logger.ts';
import { trustedAuthorities } from '../service/trust.ts';
import type { Collector } from './collector.ts';
import type { SpanFacts, SyncSteps, Telemetry } from './telemetry.ts';

interface TelemetryOptions {
  readonly collector: Collector;
  /** The program; the collector knows it as `NAME-server`. */
  readonly program: { readonly name: string; readonly version: string };
  /** Is told when the collector stops hearing, and when it hears again. */
  readonly logger: Logger;
  /** Takes secrets out of the text of an error. */
  readonly hide: (text: string) => string;
  /** How long `close` waits. Default 5 s. */
  readonly closeTimeoutMs?: number;
}

/** Data that has not arrived by then is dropped: the collector is no reason to gather it. */
const exportTimeoutMs = 5000;
const severities = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
} as const;

/** Sends spans and logs by OTLP over gRPC, in batches, without ever waiting for it. */
export function openTelemetry({
  collector,
  program,
  logger,
  hide,
  closeTimeoutMs = 5000,
}: TelemetryOptions): Telemetry {
  const resource = resourceFromAttributes({
    'service.name': `${program.name}-server`,
    'service.version': program.version,
  });
  const connection = {
    url: `${collector.insecure ? 'http' : 'https'}://${collector.address}`,
    credentials: credentialsFor(collector),
    timeoutMillis: exportTimeoutMs,
  };
  const tell = deliveryTeller(collector.address, logger);
  const spanProcessors = collector.traces
    ? [new BatchSpanProcessor({ exporter: watched(new OTLPTraceExporter(connection), tell) })]
    : [];
  const processors = collector.logs
    ? [new BatchLogRecordProcessor({ exporter: watched(new OTLPLogExporter(connection), tell) })]
    : [];
  const tracers = new TracerProvider({ resource, spanProcessors });
  const loggers = new LoggerProvider({ resource, processors });
  const tracer = tracers.getTracer(program.name, program.version);
  const records = loggers.getLogger(program.name, program.version);

  const current = new AsyncLocalStorage<Span>();
  const fail = (span: Span, error: unknown): void => {
    const message = hide(error instanceof Error ? error.message : String(error));
    span.setStatus({ code: SpanStatusCode.ERROR, message });
  };
  const place = (): Context => {
    const span = current.getStore();
    return span === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, span);
  };
  const request = (
    { method, route }: HttpCall,
    elapsedMs: number,
    facts: SpanFacts,
    error: string | undefined,
  ): void => {
    const attributes = { 'http.request.method': method, 'url.template': route, ...facts };
    const startTime = Date.now() - elapsedMs;
    const span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.CLIENT, startTime, attributes }, place());
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
    span.end();
  };

  return {
    httpObserver: {
      onResponse(call) {
        const error = call.status >= 400 ? `status ${call.status}` : undefined;
        request(call, call.elapsedMs, { 'http.response.status_code': call.status }, error);
      },
      onNoAnswer(call) {
        request(call, call.elapsedMs, { 'error.type': codeName(call.code) }, codeName(call.code));
      },
    },
    async span(name, facts, work) {
      const span = tracer.startSpan(name, { attributes: facts }, place());
      try {
        return await current.run(span, () =>
          work({ fail: (error) => fail(span, error), set: (fact, value) => void span.setAttribute(fact, value) }),
        );
      } catch (error) {
        fail(span, error);
        throw error;
      } finally {
        span.end();
      }
    },
    syncSteps(): SyncSteps {
      let open: { readonly step: string; readonly span: Span } | undefined;
      return {
        update({ step, resources, entitlements, grants }) {
          if (open?.step !== step) {
            open?.span.end();
            open = { step, span: tracer.startSpan(`sync ${step}`, {}, place()) };
          }
          open.span.setAttributes({ resources, entitlements, grants });
        },
        end() {
          open?.span.end();
          open = undefined;
        },
      };
    },
    log({ level, time, caller, message, fields }) {
      records.emit({
        timestamp: time,
        severityNumber: severities[level],
        severityText: level,
        body: message,
        attributes: { ...fields, caller },
        context: place(),
      });
    },
    async close() {
      const limit = new AbortController();
      const sent = Promise.allSettled([tracers.shutdown(), loggers.shutdown()]);
      await Promise.race([sent, delay(closeTimeoutMs, undefined, { signal: limit.signal }).catch(() => undefined)]);
      limit.abort();
    },
  };
}

function credentialsFor({ insecure, ca }: Collector): ChannelCredentials {
  if (insecure) return credentials.createInsecure();
  // Who names an authority trusts no other.
  if (ca !== undefined) return credentials.createSsl(Buffer.from(ca));
  return credentials.createFromSecureContext(trustedAuthorities());
}

type Done = Parameters<SpanExporter['export']>[1];
type Outcome = Parameters<Done>[0];

interface Exporter<Items> {
  export(items: Items, done: Done): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** The same exporter, whose every outcome is told. */
function watched<Items>(exporter: Exporter<Items>, tell: (outcome: Outcome) => void): Exporter<Items> {
  return {
    export: (items, done) =>
      exporter.export(items, (outcome) => {
        tell(outcome);
        done(outcome);
      }),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}

/** Says once that nothing arrives, and once that it does again: each of these lines is itself sent. */
function deliveryTeller(address: string, logger: Logger): (outcome: Outcome) => void {
  let isFailing = false;
  return ({ error }) => {
    if ((error !== undefined) === isFailing) return;
    isFailing = error !== undefined;
    if (isFailing) {
      logger.warn(`Telemetry does not reach the collector at ${address}; the work goes on without it`, {
        reason: reasonOf(error),
        error,
      });
    } else {
      logger.info(`Telemetry reaches the collector at ${address} again`);
    }
  };
}

function reasonOf(error: Error | undefined): string {
  const given = error !== undefined && 'code' in error ? error.code : undefined;
  return codeName(Object.values(Code).find((code) => code === given) ?? Code.Unknown);
}
