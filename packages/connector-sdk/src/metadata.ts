import {
  Capability,
  CapabilityDetailCredentialOption,
  type ConnectorCapabilities,
  ConnectorCapabilitiesSchema,
  type ConnectorMetadata,
  ConnectorMetadataSchema,
  type CredentialDetailsAccountProvisioningSchema,
  DeprecatedSchema,
  OptInRequiredSchema,
  SkipSyncAnomalyDetectionSchema,
} from '@baton-ts/protocol/connector-v2';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { AccountPart } from './changes.ts';
import type { Connector, ResourceTypePart } from './connector.ts';
import { hasAnnotation } from './model/annotations.ts';
import { mainAccountMaker } from './provision/account-maker.ts';
import type { ConnectorOutline } from './run-connector.ts';

/**
 * Who the connector is and what it can do, as a server hears it (`service-protocol.md §4, §12`). Does not depend on
 * `--provisioning`.
 */
export function connectorMetadata(outline: ConnectorOutline, connector: Connector): ConnectorMetadata {
  const accounts = mainAccountMaker(connector)?.accounts;
  return create(ConnectorMetadataSchema, {
    displayName: outline.displayName,
    description: outline.description,
    helpUrl: outline.helpUrl ?? '',
    capabilities: connectorCapabilities(connector),
    ...(accounts && { accountCreationSchema: accounts.schema }),
  });
}

/** What the connector can do, read from which functions its parts have (`service-protocol.md §12`). */
export function connectorCapabilities(connector: Connector): ConnectorCapabilities {
  const parts = connector.resourceTypes.toSorted((a, b) => (a.type.id < b.type.id ? -1 : 1));
  const accounts = mainAccountMaker(connector)?.accounts;
  return create(ConnectorCapabilitiesSchema, {
    resourceTypeCapabilities: parts.map((part) => ({
      resourceType: part.type,
      capabilities: capabilitiesOf(part),
      optInRequired: hasAnnotation(part.type.annotations, OptInRequiredSchema),
      skipSyncAnomalyDetection: hasAnnotation(part.type.annotations, SkipSyncAnomalyDetectionSchema),
      deprecated: hasAnnotation(part.type.annotations, DeprecatedSchema),
      permissions: { permissions: (part.permissions ?? []).map((permission) => ({ permission })) },
    })),
    connectorCapabilities: connectorWide(connector),
    credentialDetails: accounts === undefined ? {} : { capabilityAccountProvisioning: credentialsOf(accounts) },
  });
}

/** In the order in which the Go SDK prints them (`cli.md §A.8`). */
function capabilitiesOf(part: ResourceTypePart): Capability[] {
  return [
    Capability.SYNC,
    ...(part.get === undefined ? [] : [Capability.TARGETED_SYNC]),
    ...(part.grant === undefined && part.revoke === undefined ? [] : [Capability.PROVISION]),
    ...(part.accounts === undefined ? [] : [Capability.ACCOUNT_PROVISIONING]),
    ...(part.delete === undefined ? [] : [Capability.RESOURCE_DELETE]),
    ...(part.create === undefined ? [] : [Capability.RESOURCE_CREATE]),
  ];
}

function connectorWide({ resourceTypes, actions = [] }: Connector): Capability[] {
  const all = new Set(resourceTypes.flatMap(capabilitiesOf));
  if (all.has(Capability.TARGETED_SYNC)) all.add(Capability.SERVICE_MODE_TARGETED_SYNC);
  if (actions.length > 0) all.add(Capability.ACTIONS);
  return [...all].sort((a, b) => a - b);
}

/** What the part says, or no password. */
function credentialsOf({
  credentialOptions,
}: AccountPart): MessageInitShape<typeof CredentialDetailsAccountProvisioningSchema> {
  const { NO_PASSWORD } = CapabilityDetailCredentialOption;
  return {
    supportedCredentialOptions: [...(credentialOptions?.supported ?? [NO_PASSWORD])],
    preferredCredentialOption: credentialOptions?.preferred ?? NO_PASSWORD,
  };
}
