import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { Connector } from '@baton-ts/console-api';
import type { Person } from '../people/person.ts';
import { describeOnStores } from '../testing/with-stores.ts';
import { findHostedProgram } from './hosted-program.ts';
import { Stage } from './testing/stage.ts';

const ONE = '/api/v1/apps/{app_id}/connectors/{connector_id}';
const paramsOf = ({ appId, id }: Connector) => ({ app_id: appId, connector_id: id });
const key = (value: string | null) => ({ values: {}, secrets: { 'sendgrid-api-key': value } });

async function addConnector(stage: Stage, person: Person, catalogId: Connector['catalogId'], owners = [person]) {
  const body = {
    catalogId,
    displayName: catalogId === 'baton' ? 'Baton' : 'SendGrid',
    app: { kind: 'new' as const, displayName: 'SendGrid' },
    userIds: owners.map(({ id }) => id),
  };
  return (await stage.call(person, 'POST /api/v1/connectors/create', { body })).connector;
}

describeOnStores('connectors', (open) => {
  const set = async (t: TestContext) => {
    const stage = await Stage.set(t, await open(t));
    return { stage, ann: await stage.person('ann', 'CONNECTOR_ADMINISTRATOR') };
  };

  test('a hosted one goes from a wrong key to Error, from the right one to Connected, and tells no secret', async (t) => {
    const { stage, ann } = await set(t);
    const made = await addConnector(stage, ann, 'sendgrid');
    assert.equal(made.status, 'NOT_CONNECTED');
    await stage.call(ann, `POST ${ONE}/config`, { params: paramsOf(made), body: key('SG.wrong-key-of-nobody') });
    const wrong = await stage.until(ann, made, ({ status }) => status !== 'SYNCING');
    assert.deepEqual([wrong.status, wrong.statusReason], ['ERROR', 'SendGrid does not accept the API key']);

    const saved = await stage.call(ann, `POST ${ONE}/config`, {
      params: paramsOf(made),
      body: key(stage.simulator.apiKey),
    });
    assert.equal(saved.connector.status, 'SYNCING');
    const right = await stage.until(ann, made, ({ status }) => status === 'CONNECTED');
    assert.deepEqual(right.savedSecrets['sendgrid-api-key']?.savedBy, 'ann');
    const { list } = await stage.call(ann, `GET ${ONE}/syncs`, {
      params: paramsOf(made),
      query: { page_size: 25, page_token: '' },
    });
    assert.deepEqual(
      list.map(({ result }) => result),
      ['APPLIED', 'FAILED'],
    );
    assert.equal(list[0]?.counts?.accounts !== undefined && list[0].counts.accounts > 60, true);
    assert.equal(right.counts.accounts, list[0]?.counts?.accounts);
    assert.equal(right.counts.entitlements, list[0]?.counts?.entitlements);
    assert.deepEqual([wrong.failures, wrong.keyRights, right.failures], [1, null, 0]);
    assert.ok(right.keyRights?.holds.includes('teammates.read'));
    const pid = stage.service.pids().get(made.id);
    const { lines } = await stage.call(ann, `GET ${ONE}/log`, { params: paramsOf(made), query: { after: 0 } });
    assert.ok(lines.some(({ message }) => message.startsWith('Synced resources')));
    const audit = await stage.store.db.selectFrom('audit_log').selectAll().execute();
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    const seen = JSON.stringify([right, list, lines, audit, args]);
    for (const secret of ['SG.wrong-key-of-nobody', stage.simulator.apiKey, 'secret-token:'])
      assert.ok(!seen.includes(secret));
  });

  test('a hosted one that is killed in the middle of a sync goes on to Connected', async (t) => {
    const { stage, ann } = await set(t);
    const made = await addConnector(stage, ann, 'sendgrid');
    await stage.call(ann, `POST ${ONE}/config`, { params: paramsOf(made), body: key(stage.simulator.apiKey) });
    await stage.until(ann, made, ({ progress }) => progress?.step === 'TEAMMATES');
    const pid = stage.service.pids().get(made.id);
    assert.ok(pid !== undefined);
    process.kill(pid, 'SIGKILL');
    await stage.until(ann, made, ({ status }) => status === 'CONNECTED');
    assert.notEqual(stage.service.pids().get(made.id), pid);
  });

  test('pause stops the process, resume syncs, deletion takes the name and keeps the accounts', async (t) => {
    const { stage, ann } = await set(t);
    const made = await addConnector(stage, ann, 'sendgrid');
    const params = paramsOf(made);
    await stage.call(ann, `POST ${ONE}/config`, { params, body: key(stage.simulator.apiKey) });
    const connected = await stage.until(ann, made, ({ status }) => status === 'CONNECTED');
    assert.ok(connected.nextSyncAt !== null);
    const paused = await stage.call(ann, `POST ${ONE}/pause`, { params });
    assert.match(paused.connector.statusReason, /^by ann, \d+ \w{3}$/);
    await assert.rejects(stage.call(ann, `POST ${ONE}/force_sync`, { params }), /Resume it first/);
    await stage.call(ann, `POST ${ONE}/resume`, { params });
    await stage.until(ann, made, ({ status }) => status === 'CONNECTED');
    await assert.rejects(
      stage.call(ann, `DELETE ${ONE}`, { params, body: { confirmation: 'DELETE' } }),
      /Type the connector's name/,
    );
    await stage.call(ann, `DELETE ${ONE}`, { params, body: { confirmation: 'SendGrid' } });
    await assert.rejects(stage.get(ann, made), /There is no connector/);
    const accounts = await stage.store.db.selectFrom('accounts').select('id').where('removed_ms', 'is', null).execute();
    assert.ok(accounts.length > 60);
  });

  for (const [what, schedule] of [
    ['an interval', { kind: 'interval', minutes: 45 }],
    ['a cron line', { kind: 'cron', cronSpec: '0 */6 * * *', timezone: 'Europe/Berlin' }],
  ] as const) {
    test(`${what} queues a sync when its time has come, and not before`, async (t) => {
      const { stage, ann } = await set(t);
      const made = await addConnector(stage, ann, 'sendgrid');
      const params = paramsOf(made);
      await stage.call(ann, `POST ${ONE}/config`, { params, body: key(stage.simulator.apiKey) });
      await stage.until(ann, made, ({ status }) => status === 'CONNECTED');
      const { connector } = await stage.call(ann, `POST ${ONE}`, { params, body: { schedule } });
      const nextMs = Date.parse(connector.nextSyncAt ?? '');
      // The hosted process keeps the real time, and so its tokens are refused from here on: the sync stays queued.
      stage.clock.forward(nextMs - stage.clock.now() - 60_000);
      assert.equal((await stage.get(ann, made)).status, 'CONNECTED');
      stage.clock.forward(60_000);
      const syncing = await stage.until(ann, made, ({ status }) => status === 'SYNCING');
      const query = { page_size: 25, page_token: '' };
      const [sync] = (await stage.call(ann, `GET ${ONE}/syncs`, { params, query })).list;
      assert.equal(sync?.trigger, 'SCHEDULE');
      assert.ok(Date.parse(sync.startedAt) >= nextMs);
      assert.ok(Date.parse(syncing.nextSyncAt ?? '') > nextMs);
    });
  }

  test('a self-hosted one connects with the two values of Rotate, under its own name', async (t) => {
    const { stage, ann } = await set(t);
    const made = await addConnector(stage, ann, 'baton');
    const body = { appId: made.appId, connectorId: made.id };
    const { credential, clientSecret } = await stage.call(ann, 'POST /api/v1/apps/connectors/credentials', { body });
    await stage.until(ann, made, () => stage.service.url !== undefined);
    const bin = findHostedProgram();
    const child = spawn(process.execPath, [bin], {
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        NODE_EXTRA_CA_CERTS: stage.caPath,
        BATON_C1_API_HOST: new URL(stage.service.url ?? '').host,
        BATON_CLIENT_ID: credential.clientId,
        BATON_CLIENT_SECRET: clientSecret,
        BATON_SENDGRID_API_KEY: stage.simulator.apiKey,
        BATON_SENDGRID_BASE_URL: stage.simulator.url,
      },
    });
    t.after(() => child.kill('SIGKILL'));
    const connected = await stage.until(ann, made, ({ status }) => status === 'CONNECTED');
    assert.equal(connected.displayName, 'Twilio SendGrid');
    const { list, listener } = await stage.call(ann, `GET ${ONE}/credentials`, { params: paramsOf(made) });
    assert.deepEqual(listener, { host: 'localhost', authority: null, authorityValidUntil: null });
    assert.ok(list[0]?.lastUsedAt !== null && list[0]?.createdBy?.displayName === 'ann');
    const revoke = { params: paramsOf(made), body: { clientId: credential.clientId } };
    const revoked = await stage.call(ann, `POST ${ONE}/credentials/revoke`, revoke);
    assert.ok(revoked.credential.revokedAt !== null);
  });

  test('data that dropped is held back until somebody confirms it', async (t) => {
    const { stage, ann } = await set(t);
    const made = await addConnector(stage, ann, 'sendgrid');
    const params = paramsOf(made);
    await stage.call(ann, `POST ${ONE}/config`, { params, body: key(stage.simulator.apiKey) });
    await stage.until(ann, made, ({ status }) => status === 'CONNECTED');
    const { teammates } = stage.simulator.control.account;
    for (const username of [...teammates.keys()].slice(10)) teammates.delete(username);
    await stage.call(ann, `POST ${ONE}/force_sync`, { params });
    const held = await stage.until(ann, made, ({ status }) => status === 'PAUSED_ANOMALY');
    assert.ok(held.heldBack !== null);
    const mails = await stage.store.db.selectFrom('outbox').select('subject').execute();
    assert.deepEqual(
      mails.map(({ subject }) => subject),
      ['Acme: SendGrid is paused because data dropped'],
    );
    await stage.call(ann, `POST ${ONE}/confirm_sync_valid/{sync_id}`, {
      params: { ...params, sync_id: held.heldBack.syncId },
    });
    const confirmed = await stage.until(ann, made, ({ status }) => status === 'CONNECTED');
    assert.equal(confirmed.heldBack, null);
  });

  test('others see what is theirs: owners with a role, and nobody else', async (t) => {
    const { stage, ann } = await set(t);
    const [olga, otto] = [
      await stage.person('olga', 'APPLICATION_ADMINISTRATOR'),
      await stage.person('otto', 'APPLICATION_ADMINISTRATOR'),
    ];
    const reader = await stage.person('rita', 'READ_ONLY_ADMINISTRATOR');
    const made = await addConnector(stage, ann, 'sendgrid', [olga]);
    assert.equal(made.statusReason, 'olga was asked');
    assert.equal((await stage.get(olga, made)).id, made.id);
    await assert.rejects(stage.get(otto, made), /There is no connector/);
    assert.equal((await stage.get(reader, made)).id, made.id);
    await assert.rejects(stage.call(reader, `POST ${ONE}/pause`, { params: paramsOf(made) }), /forbidden/);
    const mails = await stage.store.db.selectFrom('outbox').select(['to_address', 'shown_text']).execute();
    assert.deepEqual(
      mails.map(({ to_address }) => to_address),
      ['olga@example.test'],
    );
    assert.ok(mails[0]?.shown_text.includes(`/apps/${made.appId}/connectors/${made.id}`));
  });
});
