import type {
  CreateAccountRequest,
  CreateAccountResponse,
  CreateResourceRequest,
  CreateResourceResponse,
  DeleteResourceRequest,
  DeleteResourceResponse,
  GetActionSchemaRequest,
  GetActionSchemaResponse,
  GetActionStatusRequest,
  GetActionStatusResponse,
  GrantManagerServiceGrantRequest,
  GrantManagerServiceGrantResponse,
  GrantManagerServiceRevokeRequest,
  GrantManagerServiceRevokeResponse,
  InvokeActionRequest,
  InvokeActionResponse,
  ListActionSchemasRequest,
  ListActionSchemasResponse,
} from '@baton-ts/protocol/connector-v2';
import type { AnnouncedChange } from '../changes.ts';
import type { CallRequest } from '../connector.ts';

/** What the caller of a change wants to hear besides the answer. */
export interface ChangeCall extends CallRequest {
  /** Each write, right before it happens. */
  readonly onAnnounced?: (change: AnnouncedChange) => void;
  /** Sentences for the person. */
  readonly onNote?: (note: string) => void;
}

/**
 * Carries out what the Baton protocol asks of a connector, message in, message out (`service-protocol.md §11, §12`): used
 * by the command line and by service mode alike. One writer at a time per target; transient failures are repeated.
 * Errors are `BatonError`s: `Unimplemented` for what the connector cannot do, `InvalidArgument` for a malformed request.
 */
export interface Provisioner {
  grant(request: GrantManagerServiceGrantRequest, call: ChangeCall): Promise<GrantManagerServiceGrantResponse>;
  revoke(request: GrantManagerServiceRevokeRequest, call: ChangeCall): Promise<GrantManagerServiceRevokeResponse>;
  createAccount(request: CreateAccountRequest, call: ChangeCall): Promise<CreateAccountResponse>;
  createResource(request: CreateResourceRequest, call: ChangeCall): Promise<CreateResourceResponse>;
  deleteResource(request: DeleteResourceRequest, call: ChangeCall): Promise<DeleteResourceResponse>;
  listActionSchemas(request: ListActionSchemasRequest): ListActionSchemasResponse;
  getActionSchema(request: GetActionSchemaRequest): GetActionSchemaResponse;
  /** Waits up to the request's `inline_wait` (default 1 s), then answers that the action is still running. */
  invokeAction(request: InvokeActionRequest, call: ChangeCall): Promise<InvokeActionResponse>;
  getActionStatus(request: GetActionStatusRequest): GetActionStatusResponse;
  /** Resolves when every change under way has ended. */
  idle(): Promise<void>;
}
