import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { BatonError, resourceId } from '@baton-ts/connector-sdk';
import type { Fault } from 'sendgrid-simulator';
import { guest, sso, stageAccounts } from '../../testing/accounts-stage.ts';

type Stage = Awaited<ReturnType<typeof stageAccounts>>;

/** A change, the truth about it behind the answers, and how many requests an undisturbed one makes. */
interface Change {
  readonly prepare?: (stage: Stage) => void;
  readonly make: (stage: Stage) => Promise<unknown>;
  readonly isDone: (stage: Stage) => boolean;
  readonly mostWrites: number;
}

const local = 'person-4@example.com';
const changes: Readonly<Record<string, Change>> = {
  'an invitation': {
    make: ({ ask }) => ask({ scopes: ['mail.send'] }),
    isDone: ({ invited }) => invited().some(({ email, expiresAtMs }) => email === guest && expiresAtMs > Date.now()),
    mostWrites: 1,
  },
  'an invitation in place of an expired one': {
    prepare({ account }) {
      const expiresAtMs = Date.now() - 60_000;
      const old = { token: 'oldAndSecret', email: guest, scopes: ['mail.send'], isAdmin: false, expiresAtMs };
      account.invitations.set(old.token, old);
    },
    make: ({ ask }) => ask({ scopes: ['mail.send'] }),
    isDone: ({ invited }) => invited().some(({ email, expiresAtMs }) => email === guest && expiresAtMs > Date.now()),
    mostWrites: 2,
  },
  'an SSO teammate': {
    make: ({ ask }) => ask({ ...sso, scopes: ['mail.send'] }),
    isDone: ({ account }) => account.teammates.has(guest),
    mostWrites: 1,
  },
  'a deletion': {
    make: async ({ connector, request }) => {
      const part = connector.resourceTypes.find(({ type }) => type.id === 'teammate');
      return part?.delete?.({ ...request, id: resourceId('teammate', local), parent: undefined });
    },
    isDone: ({ account }) => !account.teammates.has(local),
    mostWrites: 1,
  },
};

const faults: readonly Fault[] = [
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: 'html' },
  { kind: 'empty-body' },
  { kind: 'cut-json' },
  { kind: 'status', status: 404, body: '<h1>Not Found</h1>' },
  { kind: 'status', status: 403 },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 500, done: true },
  { kind: 'status', status: 503, done: true },
];

for (const [what, change] of Object.entries(changes)) {
  test(`${what}: whatever goes wrong with whichever request, it is made at most once and never told wrong`, async (t) => {
    const undisturbed = await stageAccounts(t);
    change.prepare?.(undisturbed);
    await change.make(undisturbed);
    const { total } = undisturbed.control.requests();
    assert.ok(change.isDone(undisturbed) && total > 4);
    const cases = Array.from({ length: total }, (_, after) => faults.map((fault) => ({ ...fault, after }))).flat();
    await Promise.all(cases.map((fault) => holds(t, change, fault)));
  });
}

async function holds(t: TestContext, { prepare, make, isDone, mostWrites }: Change, fault: Fault): Promise<void> {
  const stage = await stageAccounts(t);
  prepare?.(stage);
  stage.control.addFault(fault);
  const told = `${JSON.stringify(fault)}: `;
  let failure: BatonError | undefined;
  try {
    await make(stage);
  } catch (error) {
    assert.ok(BatonError.is(error), `${told}${String(error)}`);
    failure = error;
  }
  assert.ok(stage.writes().length <= mostWrites, told + stage.writes().join());
  if (failure === undefined) {
    assert.ok(isDone(stage), `${told}told as done`);
    return;
  }
  const { message } = failure;
  assert.doesNotMatch(message, /undefined|\[object|SG\./, told);
  for (const token of ['oldAndSecret', ...stage.invited().map((one) => one.token)]) {
    assert.ok(!message.includes(token), told + message);
  }
  if (/nothing has changed|Nothing was changed|nothing is pending/.test(message))
    assert.ok(!isDone(stage), told + message);
  if (isDone(stage))
    assert.match(
      message,
      /whether it did cannot be read|but does not list|is there still|but not as asked/,
      told + message,
    );
}
