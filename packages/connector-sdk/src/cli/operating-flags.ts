import type { FlagSpec } from '@baton-ts/command-line';

const health = 'Health and telemetry';
const telemetry = { group: health, ops: true } as const;

/** Settings for those who keep a connector running (`cli.md §A.2, §B`). */
export const operatingFlags: readonly FlagSpec[] = [
  {
    name: 'otel-collector-endpoint',
    kind: 'string',
    ...telemetry,
    description: 'The OpenTelemetry collector that traces and logs go to by OTLP over gRPC, as host:port',
  },
  {
    name: 'otel-collector-endpoint-tls-cert-path',
    kind: 'string',
    hidden: true,
    ...telemetry,
    description: 'A file with the certificate authority of the collector, in PEM',
  },
  {
    name: 'otel-collector-endpoint-tls-cert',
    kind: 'string',
    hidden: true,
    ...telemetry,
    description: 'The certificate authority of the collector: PEM, or base64url of it',
  },
  {
    name: 'otel-collector-endpoint-tls-insecure',
    kind: 'bool',
    hidden: true,
    ...telemetry,
    description: 'Talk to the collector without TLS',
  },
  {
    name: 'otel-tracing-disabled',
    kind: 'bool',
    hidden: true,
    ...telemetry,
    description: 'Send no traces to the collector',
  },
  {
    name: 'otel-logging-disabled',
    kind: 'bool',
    hidden: true,
    ...telemetry,
    description: 'Send no logs to the collector',
  },
  {
    name: 'health-check',
    kind: 'bool',
    ...telemetry,
    description: 'Answer health probes and serve metrics over HTTP, in service mode',
  },
  {
    name: 'health-check-port',
    kind: 'int',
    default: 8081,
    min: 1,
    max: 65_535,
    ...telemetry,
    description: 'The port of health probes and metrics',
  },
  {
    name: 'health-check-bind-address',
    kind: 'string',
    default: '127.0.0.1',
    hidden: true,
    ...telemetry,
    description: 'The address to answer health probes on; 0.0.0.0: every address of this machine',
  },
];
