import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { isJsonObject } from './json.ts';

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, ['--conditions=x-source', join(import.meta.dirname, 'main.ts'), ...args]);
  return { child, ended: once(child, 'exit') };
}

test('it prints where it is and with which key, answers, and ends on SIGTERM and SIGINT', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { child, ended } = start('--json', '--teammates', '3');
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const parsed: unknown = JSON.parse(String(line));
    assert.ok(isJsonObject(parsed));
    const headers = { authorization: `Bearer ${String(parsed.apiKey)}` };
    assert.equal((await fetch(`${String(parsed.url)}/v3/teammates`, { headers })).status, 200);
    child.kill(signal);
    assert.deepEqual(await ended, [0, null]);
  }
});

test('without --json it prints a line to copy', async () => {
  const { child, ended } = start();
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line.startsWith('BATON_')) break;
  }
  child.kill();
  await ended;
  assert.match(
    lines.at(-1) ?? '',
    /^BATON_SENDGRID_API_KEY=SG\.\S+ BATON_SENDGRID_BASE_URL=http:\/\/127\.0\.0\.1:\d+ /,
  );
});

test('help tells every option', async () => {
  const { child } = start('--help');
  const help = await text(child.stdout);
  for (const option of [
    'port',
    'seed',
    'plan',
    'teammates',
    'edge-names',
    'rate-limit',
    'window-ms',
    'latency-ms',
    'json',
  ]) {
    assert.ok(help.includes(`--${option}`), option);
  }
});

test('an option that is not there or not a number is refused by name', async () => {
  for (const [args, message] of [
    [['--teamates', '3'], /Unknown option --teamates/],
    [['--teammates', 'many'], /--teammates must be a whole number/],
    [['--plan', 'gold'], /--plan must be free or pro/],
  ] as const) {
    const { child, ended } = start(...args);
    assert.match(await text(child.stderr), message);
    assert.deepEqual(await ended, [2, null]);
  }
});
