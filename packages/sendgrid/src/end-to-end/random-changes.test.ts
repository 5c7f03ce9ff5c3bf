import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openC1zReader } from '@baton-ts/c1z';
import { BatonError, grant, resourceId } from '@baton-ts/connector-sdk';
import {
  AccountInfoSchema,
  type Entitlement,
  GrantAlreadyExistsSchema,
  GrantAlreadyRevokedSchema,
  type Resource,
  ResourceDoesNotExistSchema,
  ResourceSchema,
} from '@baton-ts/protocol/connector-v2';
import { seededRandom, testSeed } from '@baton-ts/protocol/testing/random-numbers';
import { create, type DescMessage, type JsonObject } from '@bufbuild/protobuf';
import { type Any, anyIs } from '@bufbuild/protobuf/wkt';
import { type Simulator, startSimulator } from 'sendgrid-simulator';
import { teammateType } from '../connector/resource-types.ts';
import { roles } from '../connector/roles.ts';
import { ScopeModels } from '../connector/scopes.ts';
import { grantsIn, holdings, isNoScopeOrRole, placeOf, resourcesIn } from '../testing/file-content.ts';
import { openForChanges } from '../testing/open-for-changes.ts';
import { type Expected, PlainModel, type SignIn } from '../testing/plain-model.ts';
import { syncIntoFile } from '../testing/sync-into-file.ts';
import { MemorySession, walk } from '../testing/walk.ts';

// A longer run: CHANGES=500, or CHANGES=5000 CHANGES_PER_SYNC=50; the same again: TEST_SEED=<the printed seed>.
const seed = testSeed();
const changes = Number(process.env['CHANGES'] ?? 30);
const changesPerSync = Number(process.env['CHANGES_PER_SYNC'] ?? 1);

/** Neither automatic nor given to everybody, so that they can be given and taken one by one. */
const pool = [
  'mail.send',
  'stats.read',
  'templates.read',
  'templates.create',
  'alerts.read',
  'api_keys.read',
  'asm.groups.read',
];
const addresses = [
  'ann@example.com',
  'Bob+news@example.com',
  'søren/år@example.com',
  '50%off@example.com',
  'eve@example.com',
];
const keptByDemoted = ['user.profile.read'];

test('after any sequence of changes a sync and its file say what a plain model says', {
  timeout: 3_600_000,
}, async (t) => {
  t.diagnostic(`seed ${seed} (repeat with TEST_SEED=${seed})`);
  const run = await Run.begin(t);
  for (let made = 1; made <= changes; made += 1) {
    await run.change();
    await run.compareInMemory();
    if (made % changesPerSync === 0 || made === changes) await run.compareFile();
  }
  t.diagnostic(`ended: ${JSON.stringify(run.ended)}`);
});

class Run {
  readonly ended: Record<string, number> = {};
  readonly #t: TestContext;
  readonly #simulator: Simulator;
  readonly #model: PlainModel;
  readonly #opened: ReturnType<typeof openForChanges>;
  readonly #scopes = new ScopeModels();
  readonly #random = seededRandom(seed);
  readonly #history: string[] = [];
  /** Usernames that were there once, so that changes of somebody who is gone are made as well. */
  readonly #seen = new Set<string>();
  #serial = 0;

  private constructor(t: TestContext, simulator: Simulator, model: PlainModel) {
    this.#t = t;
    this.#simulator = simulator;
    this.#model = model;
    this.#opened = openForChanges(t, simulator, { 'sync-api-keys': false });
  }

  static async begin(t: TestContext): Promise<Run> {
    const simulator = await startSimulator({ rateLimitPerMinute: 0, teammates: 7, admins: 3, seed });
    t.after(() => simulator.close());
    const people = [...simulator.control.account.teammates.values()];
    const model = new PlainModel(people.find(({ isOwner }) => isOwner)?.username ?? '');
    for (const { username, email, isAdmin, isSso, isUnified, scopes } of people) {
      const signIn = isSso ? 'sso' : isUnified ? 'unified' : 'password';
      model.add(username, { email, isAdmin, signIn, scopes: [...scopes] });
    }
    return new Run(t, simulator, model);
  }

  async change(): Promise<void> {
    for (const username of this.#model.people.keys()) this.#seen.add(username);
    const ofInvitations = [() => this.#accept(), () => this.#accept(), () => this.#expire(), () => this.#withdraw()];
    const kinds = [
      () => this.#invite(),
      () => this.#invite(),
      () => this.#setScope(true),
      () => this.#setScope(true),
      () => this.#setScope(false),
      () => this.#setScope(false),
      () => this.#setAdmin(true),
      () => this.#setAdmin(false),
      () => this.#delete(),
      ...(this.#model.invitations.size > 0 ? ofInvitations : []),
    ];
    await this.#pick(kinds)?.();
  }

  /** What the connector lists, before it is written anywhere. */
  async compareInMemory(): Promise<void> {
    const { resources, grants } = await walk(this.#opened.connector);
    this.#compare(resources.filter(isNoScopeOrRole), holdings(grants));
  }

  async compareFile(): Promise<void> {
    const { path } = await syncIntoFile(this.#t, this.#simulator);
    const file = await openC1zReader(path);
    try {
      const reader = file.reader();
      assert.ok(reader);
      this.#compare(resourcesIn(reader), grantsIn(reader));
    } finally {
      await file.close();
    }
  }

  #compare(resources: readonly Resource[], held: readonly string[]): void {
    assert.deepEqual([...resources.map(describe), ...held].sort(), this.#model.lines(), this.#told());
  }

  async #invite(): Promise<void> {
    const email = this.#anyCase(this.#pick([...addresses, ...this.#emails()]) ?? '');
    const isAdmin = this.#random() < 0.2;
    const isSso = this.#random() < 0.3;
    const scopes = isAdmin ? [] : this.#some(pool);
    const profile: JsonObject = { is_admin: isAdmin, is_sso: isSso, scopes };
    if (isSso) Object.assign(profile, { first_name: 'New', last_name: 'Person' });
    const known = this.#model.known(email);
    const accounts = this.#part('teammate_invitation').accounts;
    const account = create(AccountInfoSchema, { login: email, profile });
    this.#note(`invite ${email} ${JSON.stringify(profile)}`, known === undefined ? 'done' : 'as it was');
    const outcome = await accounts?.create({ ...this.#opened.request, account, credentials: { kind: 'no-password' } });
    const id = outcome?.resource?.id?.resource ?? '';
    if (known !== undefined) {
      assert.deepEqual([outcome?.result, id], ['already-exists', known], this.#told());
      return;
    }
    assert.equal(outcome?.result, 'created', this.#told());
    const given = isAdmin || scopes.length > 0 ? scopes : keptByDemoted;
    this.#model.invite(id, { email, isAdmin, scopes: given });
    if (isSso) this.#model.accept(id, email, 'sso');
  }

  async #accept(): Promise<void> {
    const open = [...this.#model.invitations].filter(([, { hasExpired }]) => !hasExpired);
    const [token, invited] = this.#pick(open) ?? [];
    if (token === undefined || invited === undefined) return;
    const signIn: SignIn = this.#random() < 0.5 ? 'password' : 'unified';
    this.#serial += 1;
    const username = signIn === 'password' ? `person ${this.#serial}/${this.#serial}` : invited.email;
    this.#note(`accept ${invited.email} as ${username}`, 'done');
    this.#simulator.control.accept(token, signIn === 'password' ? { username } : {});
    this.#model.accept(token, username, signIn);
    await Promise.resolve();
  }

  async #expire(): Promise<void> {
    const [token, invited] = this.#pick([...this.#model.invitations]) ?? [];
    const invitation = this.#simulator.control.account.invitations.get(token ?? '');
    if (!invited || !invitation) return;
    this.#note(`expire ${invited.email}`, 'done');
    invitation.expiresAtMs = Date.now() - 60_000;
    invited.hasExpired = true;
    await Promise.resolve();
  }

  async #setScope(wanted: boolean): Promise<void> {
    const username = this.#somebody((one) => !one.isAdmin);
    const scope = this.#pick(pool) ?? '';
    const expected = this.#model.set(username, scope, wanted);
    await this.#hold(
      `${wanted ? 'grant' : 'revoke'} ${scope}`,
      this.#scopes.of(scope).assigned,
      username,
      wanted,
      expected,
    );
  }

  async #setAdmin(wanted: boolean): Promise<void> {
    const username = this.#somebody((one) => one.isAdmin !== wanted);
    const expected = wanted ? this.#model.promote(username) : this.#model.demote(username, keptByDemoted);
    await this.#hold(wanted ? 'promote' : 'demote', roles.admin.assigned, username, wanted, expected);
  }

  async #hold(
    what: string,
    entitlement: Entitlement,
    username: string,
    wanted: boolean,
    expected: Expected,
  ): Promise<void> {
    this.#note(`${what} ${username}`, expected);
    const part = this.#part(entitlement.resource?.id?.resourceType ?? '');
    const principal = await this.#principal(username);
    const { request } = this.#opened;
    await this.#ends(expected, wanted ? GrantAlreadyExistsSchema : GrantAlreadyRevokedSchema, () =>
      wanted
        ? part.grant?.({ ...request, entitlement, principal })
        : part.revoke?.({ ...request, grant: grant(entitlement, principal) }),
    );
  }

  async #delete(): Promise<void> {
    const username = this.#somebody(() => true);
    const expected = this.#model.delete(username);
    this.#note(`delete ${username}`, expected);
    await this.#remove('teammate', username, expected);
  }

  async #withdraw(): Promise<void> {
    const token = this.#pick([...this.#model.invitations.keys()]);
    if (token === undefined) return;
    const expected = this.#model.withdraw(token);
    this.#note(`withdraw ${token}`, expected);
    await this.#remove('teammate_invitation', token, expected);
  }

  async #remove(type: string, id: string, expected: Expected): Promise<void> {
    await this.#ends(expected, ResourceDoesNotExistSchema, () =>
      this.#part(type).delete?.({ ...this.#opened.request, id: resourceId(type, id), parent: undefined }),
    );
  }

  /** Holds the outcome of a change against what the model says of it. */
  async #ends(
    expected: Expected,
    asItWas: DescMessage,
    make: () => Promise<{ readonly annotations?: readonly Any[] }> | undefined,
  ): Promise<void> {
    let ended: Expected;
    try {
      const { annotations = [] } = (await make()) ?? {};
      ended = annotations.some((any) => anyIs(any, asItWas)) ? 'as it was' : 'done';
    } catch (error) {
      assert.ok(BatonError.is(error), `${this.#history.at(-1)}: ${String(error)}`);
      ended = 'refused';
      if (expected !== 'refused') throw error;
    }
    assert.equal(ended, expected, this.#told());
  }

  /** As the latest sync would show it. */
  async #principal(username: string): Promise<Resource> {
    const session = new MemorySession();
    const { signal } = this.#opened.request;
    const id = resourceId(teammateType, username);
    const found = await this.#part('teammate').get?.({ id, parent: undefined, pageToken: '', session, signal });
    return found ?? create(ResourceSchema, { id });
  }

  #part(type: string) {
    const part = this.#opened.connector.resourceTypes.find((one) => one.type.id === type);
    assert.ok(part, type);
    return part;
  }

  /** Mostly somebody for whom the change makes sense; sometimes anybody, or somebody who is gone. */
  #somebody(makesSense: (person: { readonly isAdmin: boolean }) => boolean): string {
    if (this.#random() < 0.25) return this.#pick([...this.#seen]) ?? '';
    const people = [...this.#model.people].filter(([, person]) => makesSense(person));
    return this.#pick(people)?.[0] ?? this.#model.owner;
  }

  #emails(): string[] {
    return [...this.#model.people.values(), ...this.#model.invitations.values()].map(({ email }) => email);
  }

  #anyCase(email: string): string {
    return this.#random() < 0.2 ? email.toUpperCase() : email;
  }

  #told(): string {
    return `seed ${seed}: ${this.#history.join('; ')}`;
  }

  #note(what: string, expected: Expected): void {
    this.#history.push(`${what} (${expected})`);
    this.ended[expected] = (this.ended[expected] ?? 0) + 1;
  }

  #some<T>(values: readonly T[]): T[] {
    return values.filter(() => this.#random() < 0.4);
  }

  #pick<T>(values: readonly T[]): T | undefined {
    return values[Math.floor(this.#random() * values.length)];
  }
}

function describe(resource: Resource): string {
  const place = placeOf(resource);
  if (resource.id?.resourceType !== 'teammate_invitation') return place;
  const { is_admin, scopes } = resource.profile ?? {};
  const gives = is_admin === true ? 'admin' : Array.isArray(scopes) ? scopes.map(String).sort().join(' ') : '';
  return `${place} for ${resource.displayName}: ${gives}`;
}
