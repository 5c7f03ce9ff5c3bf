import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startSimulator } from 'sendgrid-simulator';

const programs = {
  'baton-sendgrid': fileURLToPath(import.meta.resolve('../../bin/baton-sendgrid.mjs')),
  baton: fileURLToPath(import.meta.resolve('../../../baton/bin/baton.mjs')),
};

test('the scripts that others have written around Baton connectors do what they did', async (t) => {
  if (spawnSync('jq', ['--version']).status !== 0) return t.skip('jq is not on this machine');
  const simulator = await startSimulator({ teammates: 6 });
  t.after(() => simulator.close());
  const people = [...simulator.control.account.teammates.values()];
  const person = people.find((one) => !one.isOwner && !one.isAdmin && !one.isRestricted);
  assert.ok(person);
  simulator.control.changeTeammate(person.username, { removeScopes: ['alerts.create'] });
  const folder = mkdtempSync(join(tmpdir(), 'baton-nightly-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, file] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\nexec "${process.execPath}" "${file}" "$@"\n`, { mode: 0o755 });
  }
  const script = spawn('sh', ['-x', join(import.meta.dirname, 'nightly.sh')], {
    cwd: folder,
    env: {
      ...process.env,
      PATH: `${folder}${delimiter}${process.env['PATH']}`,
      BATON_SENDGRID_API_KEY: simulator.apiKey,
      BATON_SENDGRID_BASE_URL: simulator.url,
      BATON_LOG_LEVEL: 'error',
      E: 'scope:alerts.create:assigned',
      P: person.username,
      G: `scope:alerts.create:assigned:teammate:${person.username}`,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  script.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  assert.deepEqual(await once(script, 'exit'), [0, null], told);
});
