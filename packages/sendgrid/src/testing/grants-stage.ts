import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import {
  type ChangeRequest,
  type Code,
  type ConnectorContext,
  findAnnotation,
  type GrantOutcome,
  grant,
  plainResource,
  resourceId,
  userResource,
} from '@baton-ts/connector-sdk';
import {
  type Entitlement,
  GrantAlreadyExistsSchema,
  GrantAlreadyRevokedSchema,
  GrantReplacedSchema,
  type Resource,
} from '@baton-ts/protocol/connector-v2';
import { type Fault, type Simulator, type SimulatorOptions, startSimulator } from 'sendgrid-simulator';
import { subuserType, teammateType } from '../connector/resource-types.ts';
import { roles } from '../connector/roles.ts';
import { ScopeModels } from '../connector/scopes.ts';
import { subuserEntitlements } from '../connector/subusers.ts';
import { openForChanges } from './open-for-changes.ts';
import type { TestConfig } from './test-config.ts';

interface StageOptions {
  readonly simulator?: SimulatorOptions;
  readonly key?: keyof Simulator['keys'];
  readonly config?: Partial<TestConfig>;
  readonly createHttpClient?: ConnectorContext['createHttpClient'];
}

/** People of the simulated company, by what they are. */
export const people = {
  owner: 'northwind',
  ssoAdmin: 'anders.holm@northwind.example.com',
  passwordAdmin: 'tim_intern',
  /** Signs in with Twilio Login. */
  unified: 'chiara.bellini@northwind.example.com',
  password: 'matteo_ferri',
  sso: 'samuel.adeyemi@northwind.example.com',
  /** Restricted, with `restricted` in two subusers. */
  inTwoSubusers: 'astrid.nyberg@northwind.example.com',
  /** Restricted, with `admin` in one subuser. */
  inOneSubuser: 'hugo.lefebvre@northwind.example.com',
} as const;

/** Where a teammate is read and written, as faults name it. */
export const teammateRoute = '/v3/teammates/{username}';
export const ssoTeammateRoute = '/v3/sso/teammates/{username}';

export const trailhead = '481203';
export const peak = '481377';

/** The simulated company behind the connector, and ways to ask for changes of who holds what. */
export async function stageGrants(t: TestContext, options: StageOptions = {}) {
  const simulator = await startSimulator({ rateLimitPerMinute: 0, ...options.simulator });
  t.after(() => simulator.close());
  const { control } = simulator;
  const apiKey = simulator.keys[options.key ?? 'full'];
  const opened = openForChanges(t, { url: simulator.url, apiKey }, options.config, options.createHttpClient);
  const scopes = new ScopeModels();

  /** A principal as a synced file holds it. */
  const principal = (username: string, home?: string): Resource => {
    const teammate = control.account.teammates.get(username);
    const profile = teammate && home === undefined ? { is_sso: teammate.isSso } : {};
    const parent = home === undefined ? {} : { parent: resourceId(subuserType, home) };
    return userResource({ type: teammateType, id: username, displayName: username, profile, ...parent });
  };
  const part = (entitlement: Entitlement) => {
    const found = opened.connector.resourceTypes.find(({ type }) => type.id === entitlement.resource?.id?.resourceType);
    assert.ok(found, entitlement.id);
    return found;
  };
  const give = async (entitlement: Entitlement, who: string | Resource, request: ChangeRequest = opened.request) => {
    const given = await part(entitlement).grant?.({
      ...request,
      entitlement,
      principal: typeof who === 'string' ? principal(who) : who,
    });
    assert.ok(given);
    return given;
  };
  const take = async (entitlement: Entitlement, who: string | Resource, request: ChangeRequest = opened.request) => {
    const taken = await part(entitlement).revoke?.({
      ...request,
      grant: grant(entitlement, typeof who === 'string' ? principal(who) : who),
    });
    assert.ok(taken);
    return taken;
  };
  const access = (level: 'admin' | 'restricted', id = trailhead): Entitlement => {
    const subuser = [...control.account.subusers.values()].find((one) => String(one.id) === id);
    const resource = plainResource({ type: subuserType, id, displayName: subuser?.username ?? id });
    return subuserEntitlements(resource)[level];
  };
  /** All requests but the one about the key's own rights, which is made once: `PATCH /v3/teammates/ann 200`. */
  const requests = () =>
    control
      .requests()
      .log.filter(({ route }) => route !== '/v3/scopes')
      .map(({ method, path, status, onBehalfOf }) =>
        [method, decodeURIComponent(path), status, ...(onBehalfOf === '' ? [] : ['as', onBehalfOf])].join(' '),
      );
  const writes = () => requests().filter((request) => !request.startsWith('GET'));
  /** What a person was given, without what SendGrid adds by itself. */
  const given = (username: string) => control.account.teammates.get(username)?.scopes.toSorted() ?? [];
  return {
    ...opened,
    simulator,
    control,
    account: control.account,
    principal,
    give,
    take,
    scope: (name: string) => scopes.of(name).assigned,
    admin: roles.admin.assigned,
    owner: roles.owner.assigned,
    access,
    requests,
    writes,
    given,
    fault: (fault: Fault) => void control.addFault(fault),
  };
}

/** Fails with this code and these words, and neither is a secret in the words nor anything of the inside. */
export async function fails(change: Promise<unknown>, code: Code, says: RegExp): Promise<void> {
  await assert.rejects(change, (error) => {
    assert.ok(error instanceof Error && 'code' in error, String(error));
    assert.match(error.message, says);
    assert.equal(error.code, code, error.message);
    assert.doesNotMatch(error.message, /SG\.|undefined|\[object/);
    return true;
  });
}

/** What an outcome says besides grants and notes. */
export function said({ annotations = [] }: Pick<GrantOutcome, 'annotations'>) {
  return {
    alreadyExists: findAnnotation(annotations, GrantAlreadyExistsSchema) !== undefined,
    alreadyRevoked: findAnnotation(annotations, GrantAlreadyRevokedSchema) !== undefined,
    replaced: findAnnotation(annotations, GrantReplacedSchema)?.replacedGrantId,
  };
}
