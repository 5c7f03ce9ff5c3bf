import * as messages from '@baton-ts/protocol/connector-v2';
import { createRegistry, toJson } from '@bufbuild/protobuf';
import type { Connector } from '../connector.ts';
import { connectorCapabilities } from '../metadata.ts';

/** What `capabilities` prints: the message in an `Any`, as protobuf JSON with two spaces. */
export function capabilitiesJson(connector: Connector): string {
  const schemas = Object.values(messages).filter((value) => typeof value === 'object' && 'kind' in value);
  const registry = createRegistry(...schemas.filter((schema) => schema.kind === 'message'));
  const json = toJson(messages.ConnectorCapabilitiesSchema, connectorCapabilities(connector), { registry });
  const body = typeof json === 'object' && json !== null && !Array.isArray(json) ? json : {};
  return JSON.stringify(
    { '@type': 'type.googleapis.com/c1.connector.v2.ConnectorCapabilities', ...body },
    undefined,
    2,
  );
}
