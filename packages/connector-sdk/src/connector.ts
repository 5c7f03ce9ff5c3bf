import type { Entitlement, Grant, Resource, ResourceId, ResourceType } from '@baton-ts/protocol/connector-v2';
import type { Any } from '@bufbuild/protobuf/wkt';
import type {
  AccountPart,
  ChangeOutcome,
  ConnectorAction,
  CreateRequest,
  DeleteRequest,
  GrantOutcome,
  GrantRequest,
  RevokeRequest,
} from './changes.ts';
import type { ConfigFields, ConfigValues } from './config-fields.ts';
import type { HttpClient, HttpClientOptions } from './http/http-client.ts';
import type { Logger } from './logger.ts';

/**
 * A connector is this value and one call: `runConnector(definition)`. Flags, environment names, the config schema, help
 * and capabilities follow from it.
 */
export interface ConnectorDefinition<Fields extends ConfigFields = ConfigFields> {
  /** The program's name, for example `baton-sendgrid`. */
  readonly name: string;
  readonly version: string;
  readonly displayName: string;
  readonly description: string;
  readonly helpUrl?: string;
  readonly iconUrl?: string;
  /** For the help: flags of a change in this connector's own words, after the program's name and its settings. */
  readonly examples?: readonly ConnectorExample[];
  readonly fields: Fields;
  /** Builds the connector's parts. Makes no request: `validate` is the first thing that does. */
  open(config: ConfigValues<Fields>, context: ConnectorContext): Connector;
  /** The parts as they are without configuration, so that `capabilities` needs no credentials. */
  openForCapabilities(): Connector;
}

export interface ConnectorExample {
  /** `--revoke-grant group:a:member:user:jane` */
  readonly flags: string;
  /** In a few words: `take jane out of a`. */
  readonly does: string;
}

/** What the SDK gives to a connector when it opens it. */
export interface ConnectorContext {
  readonly logger: Logger;
  /** Whether changes are wanted in this run (`--provisioning`, or a one-shot action). */
  readonly provisioning: boolean;
  /** A client whose limits, retries, time limits, proxies, counts and progress are the SDK's. */
  createHttpClient(options: HttpClientOptions): HttpClient;
}

export interface Connector {
  /** One part per resource type, in the order in which they are listed. */
  readonly resourceTypes: readonly ResourceTypePart[];
  /**
   * Proves that the configuration works before anything is written. Returns notes for the person (what will be missing,
   * and why); throws a `BatonError` that names what is wrong when the sync cannot succeed.
   */
  validate(request: CallRequest): Promise<readonly string[]>;
  /** Things that can be done besides granting, revoking, creating and deleting. */
  readonly actions?: readonly ConnectorAction[];
  close?(): Promise<void>;
}

/** What comes with every call. Honour the signal: pass it on to everything that waits. */
export interface CallRequest {
  readonly signal: AbortSignal;
}

/** What comes with every call of a sync. */
export interface SyncRequest extends CallRequest {
  /** Empty on the first page; then what the previous page returned as `nextPageToken`. */
  readonly pageToken: string;
  readonly session: SyncSession;
}

/**
 * Values that outlive a page, a step and a crash, but not the sync: stored beside the rows. For what one step learns and
 * a later one needs, so that nothing is asked twice.
 */
export interface SyncSession {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  entries(prefix: string): Iterable<readonly [key: string, value: string]>;
}

/** One page. A missing or empty `nextPageToken` ends the list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken?: string;
  /** `InsertResourceGrants` and `EnqueuePageTokens` are understood (`c1z-format.md §5.2`). */
  readonly annotations?: readonly Any[];
}

/** One resource type and what can be done with it. Capabilities are read from which functions there are. */
export interface ResourceTypePart {
  readonly type: ResourceType;
  /**
   * Types whose listing must be complete before this one starts. Besides, a type's listing under parents always starts
   * after its listing without a parent. Default: none, and lists run side by side.
   */
  readonly listAfter?: readonly string[];
  /** Permissions of the target's API that this part needs, for the capabilities. */
  readonly permissions?: readonly string[];
  /** Lists the resources without a parent, or under `parent` when a resource carries a `ChildResourceType` annotation. */
  list(request: SyncRequest & { readonly parent: ResourceId | undefined }): Promise<Page<Resource>>;
  /** Reads one resource, for targeted syncs. Undefined: it does not exist. */
  get?(
    request: SyncRequest & { readonly id: ResourceId; readonly parent: ResourceId | undefined },
  ): Promise<Resource | undefined>;
  /** Entitlements that every resource of the type has; the SDK puts them on each (`c1z-format.md §5.1`, step 3). */
  staticEntitlements?(request: SyncRequest): Promise<Page<Entitlement>>;
  entitlements?(request: SyncRequest & { readonly resource: Resource }): Promise<Page<Entitlement>>;
  /** Grants found by looking at `resource`: on its entitlements, or held by it. */
  grants?(request: SyncRequest & { readonly resource: Resource }): Promise<Page<Grant>>;
  /**
   * Gives an entitlement of this type to a principal. Resolves only when a read has shown that it is there. One call at a
   * time runs for the same principal in this process.
   */
  grant?(request: GrantRequest): Promise<GrantOutcome>;
  /** Takes it away again; resolves only when a read has shown that it is gone. */
  revoke?(request: RevokeRequest): Promise<ChangeOutcome>;
  create?(request: CreateRequest): Promise<ChangeOutcome & { readonly resource: Resource }>;
  /** Deletes a resource of this type. Already gone: the `ResourceDoesNotExist` annotation, not an error. */
  delete?(request: DeleteRequest): Promise<ChangeOutcome>;
  /** Creates accounts of this type. */
  readonly accounts?: AccountPart;
}
