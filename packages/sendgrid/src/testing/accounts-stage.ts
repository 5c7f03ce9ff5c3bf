import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { AccountInfoSchema } from '@baton-ts/protocol/connector-v2';
import { create, type JsonObject } from '@bufbuild/protobuf';
import { type Simulator, type SimulatorOptions, startSimulator } from 'sendgrid-simulator';
import { openForChanges } from './open-for-changes.ts';

export const guest = 'guest@example.com';
/** The profile of a single sign-on teammate that asks for nothing else. */
export const sso = { is_sso: true, first_name: 'Gus', last_name: 'Guest' };
const small: SimulatorOptions = { teammates: 4, admins: 2, subusers: 2 };

/** A simulated account, and a way to ask for a new one in it. */
export async function stageAccounts(
  t: TestContext,
  options: SimulatorOptions = small,
  key: keyof Simulator['keys'] = 'full',
) {
  const simulator = await startSimulator({ rateLimitPerMinute: 0, ...options });
  t.after(() => simulator.close());
  const { control } = simulator;
  const opened = openForChanges(t, { url: simulator.url, apiKey: simulator.keys[key] });
  const part = opened.connector.resourceTypes.find(({ accounts }) => accounts);
  const ask = (profile: JsonObject, { email = guest, login = '', request = opened.request } = {}) => {
    const emails = email === '' ? [] : [{ address: email, isPrimary: true }];
    const account = create(AccountInfoSchema, { emails, login, profile });
    assert.ok(part?.accounts);
    return part.accounts.create({ ...request, account, credentials: { kind: 'no-password' } });
  };
  const writes = () =>
    control
      .requests()
      .log.filter(({ method }) => method !== 'GET')
      .map(({ method, path, status }) => `${method} ${path} ${status}`);
  const invited = () => [...control.account.invitations.values()];
  /** Refused, and nothing was sent. */
  const refuses = async (profile: JsonObject, says: RegExp, code = 3, of: Parameters<typeof ask>[1] = {}) => {
    await assert.rejects(ask(profile, of), (error) => {
      assert.ok(error instanceof Error && 'code' in error);
      assert.match(error.message, says);
      assert.equal(error.code, code, error.message);
      return true;
    });
    assert.deepEqual(writes(), []);
  };
  return { ...opened, simulator, control, account: control.account, part, ask, refuses, writes, invited };
}
