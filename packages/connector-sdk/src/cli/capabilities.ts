import * as messages from '@baton-ts/protocol/connector-v2';
import { create, createRegistry, toJson } from '@bufbuild/protobuf';
import type { Connector, ResourceTypePart } from '../connector.ts';

const { Capability } = messages;
type Capability = messages.Capability;

/** What a part can do, read from which functions it has, in the order that the Go SDK prints (`cli.md §A.8`). */
function capabilitiesOf(part: ResourceTypePart): Capability[] {
  return part.get === undefined ? [Capability.SYNC] : [Capability.SYNC, Capability.TARGETED_SYNC];
}

function isAnnotated(part: ResourceTypePart, typeName: string): boolean {
  return part.type.annotations.some((annotation) => annotation.typeUrl.endsWith(`/${typeName}`));
}

/** The connector's capabilities as a message. */
export function connectorCapabilities(connector: Connector): messages.ConnectorCapabilities {
  const parts = connector.resourceTypes.toSorted((a, b) => (a.type.id < b.type.id ? -1 : 1));
  return create(messages.ConnectorCapabilitiesSchema, {
    resourceTypeCapabilities: parts.map((part) => ({
      resourceType: part.type,
      capabilities: capabilitiesOf(part),
      optInRequired: isAnnotated(part, messages.OptInRequiredSchema.typeName),
      skipSyncAnomalyDetection: isAnnotated(part, messages.SkipSyncAnomalyDetectionSchema.typeName),
      deprecated: isAnnotated(part, messages.DeprecatedSchema.typeName),
      permissions: { permissions: (part.permissions ?? []).map((permission) => ({ permission })) },
    })),
    connectorCapabilities: [...new Set(parts.flatMap(capabilitiesOf))].sort((a, b) => a - b),
    credentialDetails: {},
  });
}

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
