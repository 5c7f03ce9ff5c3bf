import {
  type CreateAccountRequest,
  type CreateAccountResponse,
  CreateAccountResponseSchema,
  type CreateResourceRequest,
  type CreateResourceResponse,
  CreateResourceResponseSchema,
  type DeleteResourceRequest,
  type DeleteResourceResponse,
  DeleteResourceResponseSchema,
  type GetActionSchemaRequest,
  type GetActionSchemaResponse,
  type GetActionStatusRequest,
  type GetActionStatusResponse,
  type GrantManagerServiceGrantRequest,
  type GrantManagerServiceGrantResponse,
  GrantManagerServiceGrantResponseSchema,
  type GrantManagerServiceRevokeRequest,
  type GrantManagerServiceRevokeResponse,
  GrantManagerServiceRevokeResponseSchema,
  type InvokeActionRequest,
  type InvokeActionResponse,
  type ListActionSchemasRequest,
  type ListActionSchemasResponse,
  type Resource,
} from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { create } from '@bufbuild/protobuf';
import type { ChangeOutcome } from '../changes.ts';
import type { Connector, ResourceTypePart } from '../connector.ts';
import { type Clock, systemClock } from '../http/clock.ts';
import type { Logger } from '../logger.ts';
import { chooseAccountMaker } from './account-maker.ts';
import { Actions } from './actions.ts';
import { ChangeRunner } from './change-runner.ts';
import {
  checkAccountRequest,
  checkCreateRequest,
  checkDeleteRequest,
  checkGrantRequest,
  checkRevokeRequest,
  type Identified,
  type PlacedEntitlement,
} from './check-request.ts';
import { accountCredentials, accountResponse } from './create-account.ts';
import type { ClientSecretKey } from './credentials/client-secret-key.ts';
import type { ChangeCall, Provisioner } from './provisioner.ts';
import { refuseFixedEntitlement, refuseFixedGrant } from './refusals.ts';
import { resourceName } from './resource-name.ts';
import { accountTargets, resourceTarget } from './targets.ts';

export interface ProvisionerOptions {
  readonly connector: Connector;
  readonly logger: Logger;
  /** Reads passwords that the server encrypted for this service. None: it cannot send any. */
  readonly clientSecretKey?: ClientSecretKey;
  /**
   * Ends every change at its first write. What would be written is told by `onAnnounced`, and the answer is empty then: a
   * change that needs no write answers as it does otherwise. Default: false.
   */
  readonly dryRun?: boolean;
  readonly clock?: Clock;
}

/** Carries out changes with a connector's parts. */
export function createProvisioner(options: ProvisionerOptions): Provisioner {
  const { connector, logger, clientSecretKey, dryRun = false, clock = systemClock } = options;
  const runner = new ChangeRunner({ logger, clock, dryRun });
  return new ConnectorProvisioner(
    connector,
    runner,
    new Actions(connector.actions ?? [], runner, clock),
    clientSecretKey,
  );
}

class ConnectorProvisioner implements Provisioner {
  readonly #connector: Connector;
  readonly #runner: ChangeRunner;
  readonly #actions: Actions;
  readonly #clientSecretKey: ClientSecretKey | undefined;

  constructor(
    connector: Connector,
    runner: ChangeRunner,
    actions: Actions,
    clientSecretKey: ClientSecretKey | undefined,
  ) {
    this.#connector = connector;
    this.#runner = runner;
    this.#actions = actions;
    this.#clientSecretKey = clientSecretKey;
  }

  async grant(request: GrantManagerServiceGrantRequest, call: ChangeCall): Promise<GrantManagerServiceGrantResponse> {
    const { entitlement, principal } = checkGrantRequest(request);
    const part = this.#partOf(entitlement);
    const grant = part?.grant?.bind(part);
    if (grant === undefined) throw this.#cannot('grant', `"${entitlement.id}"`);
    refuseFixedEntitlement(entitlement);
    refuseWrongPrincipal(entitlement, principal);
    const outcome = await this.#runner.run({
      targets: [resourceTarget(principal.id)],
      doing: `granting "${entitlement.id}" to ${resourceName(principal)}`,
      call,
      repeat: true,
      work: (change) => grant({ ...change, entitlement, principal }),
    });
    tellNotes(outcome, call);
    return create(GrantManagerServiceGrantResponseSchema, {
      annotations: [...(outcome?.annotations ?? [])],
      grants: [...(outcome?.grants ?? [])],
    });
  }

  async revoke(
    request: GrantManagerServiceRevokeRequest,
    call: ChangeCall,
  ): Promise<GrantManagerServiceRevokeResponse> {
    const { grant, entitlement, principal } = checkRevokeRequest(request);
    const part = this.#partOf(entitlement);
    const revoke = part?.revoke?.bind(part);
    if (revoke === undefined) throw this.#cannot('revoke', `"${entitlement.id}"`);
    refuseFixedEntitlement(entitlement);
    refuseFixedGrant(grant);
    const outcome = await this.#runner.run({
      targets: [resourceTarget(principal.id)],
      doing: `revoking "${entitlement.id}" from ${resourceName(principal)}`,
      call,
      repeat: true,
      work: (change) => revoke({ ...change, grant }),
    });
    tellNotes(outcome, call);
    return create(GrantManagerServiceRevokeResponseSchema, { annotations: [...(outcome?.annotations ?? [])] });
  }

  async createAccount(request: CreateAccountRequest, call: ChangeCall): Promise<CreateAccountResponse> {
    const account = checkAccountRequest(request);
    const maker = chooseAccountMaker(this.#connector, request.resourceTypeId);
    const credentials = await accountCredentials(request, maker, this.#clientSecretKey);
    const outcome = await this.#runner.run({
      targets: accountTargets(maker.type.id, account),
      doing: `creating an account of the type "${maker.type.id}"`,
      call,
      repeat: false,
      work: (change) => maker.accounts.create({ ...change, account, credentials }),
    });
    tellNotes(outcome, call);
    return outcome === undefined ? create(CreateAccountResponseSchema) : accountResponse(outcome, request);
  }

  async createResource(request: CreateResourceRequest, call: ChangeCall): Promise<CreateResourceResponse> {
    const resource = checkCreateRequest(request);
    const part = this.#partFor(resource.id.resourceType);
    const createOne = part?.create?.bind(part);
    if (createOne === undefined) throw this.#cannot('create', resourceName(resource));
    const outcome = await this.#runner.run({
      targets: [resourceTarget(resource.id)],
      doing: `creating ${resourceName(resource)}`,
      call,
      repeat: false,
      work: (change) => createOne({ ...change, resource }),
    });
    tellNotes(outcome, call);
    return create(CreateResourceResponseSchema, {
      annotations: [...(outcome?.annotations ?? [])],
      ...(outcome && { created: outcome.resource }),
    });
  }

  async deleteResource(request: DeleteResourceRequest, call: ChangeCall): Promise<DeleteResourceResponse> {
    const { id, parent } = checkDeleteRequest(request);
    const part = this.#partFor(id.resourceType);
    const remove = part?.delete?.bind(part);
    if (remove === undefined) throw this.#cannot('delete', `resources of the type "${id.resourceType}"`);
    const outcome = await this.#runner.run({
      targets: [resourceTarget(id)],
      doing: `deleting a resource of the type "${id.resourceType}"`,
      call,
      repeat: false,
      work: (change) => remove({ ...change, id, parent }),
    });
    tellNotes(outcome, call);
    return create(DeleteResourceResponseSchema, { annotations: [...(outcome?.annotations ?? [])] });
  }

  listActionSchemas(request: ListActionSchemasRequest): ListActionSchemasResponse {
    return this.#actions.list(request);
  }

  getActionSchema(request: GetActionSchemaRequest): GetActionSchemaResponse {
    return this.#actions.schema(request);
  }

  invokeAction(request: InvokeActionRequest, call: ChangeCall): Promise<InvokeActionResponse> {
    return this.#actions.invoke(request, call);
  }

  getActionStatus(request: GetActionStatusRequest): GetActionStatusResponse {
    return this.#actions.status(request);
  }

  idle(): Promise<void> {
    return this.#runner.idle();
  }

  /** Whoever syncs an entitlement's resource type changes who holds it (`service-protocol.md §11`). */
  #partOf(entitlement: PlacedEntitlement): ResourceTypePart | undefined {
    return this.#partFor(entitlement.resource.id.resourceType);
  }

  #partFor(resourceTypeId: string): ResourceTypePart | undefined {
    return this.#connector.resourceTypes.find(({ type }) => type.id === resourceTypeId);
  }

  #cannot(what: 'grant' | 'revoke' | 'create' | 'delete', thing: string): BatonError {
    const able = this.#connector.resourceTypes.filter((part) => part[what] !== undefined).map(({ type }) => type.id);
    return new BatonError(
      Code.Unimplemented,
      able.length === 0
        ? `this connector cannot ${what} anything`
        : `this connector cannot ${what} ${thing}; it can for the resource types ${able.join(', ')}`,
    );
  }
}

function refuseWrongPrincipal({ id, grantableTo }: PlacedEntitlement, principal: Identified<Resource>): void {
  const types = grantableTo.map((type) => type.id);
  const { resourceType } = principal.id;
  if (types.length === 0 || types.includes(resourceType)) return;
  throw new BatonError(
    Code.InvalidArgument,
    `"${id}" can be granted to resources of the type ${types.join(', ')} only, and ${resourceName(principal)} is of the type "${resourceType}"`,
  );
}

function tellNotes(outcome: ChangeOutcome | undefined, call: ChangeCall): void {
  for (const note of outcome?.notes ?? []) call.onNote?.(note);
}
