// `npm run sync`: syncs SendGrid into ./sync.c1z and tells what is in it. Without an API key the simulator stands in for SendGrid.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt, ensureInstalled, pinnedNode, root } from './ensure.mjs';

ensureInstalled();
ensureBuilt();

// What follows imports TypeScript, which the Node.js of the machine may not know.
if (process.env.BATON_START_PINNED !== '1') {
  const { status } = spawnSync(pinnedNode, ['--conditions=x-source', fileURLToPath(import.meta.url)], {
    stdio: 'inherit',
    env: { ...process.env, BATON_START_PINNED: '1' },
  });
  process.exit(status ?? 1);
}

const file = resolve(process.env.BATON_FILE || 'sync.c1z');
const ownAccount = Boolean(process.env.BATON_SENDGRID_API_KEY);
const again = existsSync(file);

let simulator;
if (ownAccount) {
  console.log('Reading the SendGrid account that BATON_SENDGRID_API_KEY belongs to …');
} else {
  const { startSimulator } = await import('sendgrid-simulator');
  simulator = await startSimulator();
  console.log('Reading a simulated SendGrid account (set BATON_SENDGRID_API_KEY to read your own) …');
}

try {
  const code = await run([join(root, 'packages/sendgrid/bin/baton-sendgrid.mjs'), '--file', file], {
    BATON_LOG_LEVEL: process.env.BATON_LOG_LEVEL || 'warn',
    ...(simulator && { BATON_SENDGRID_API_KEY: simulator.apiKey, BATON_SENDGRID_BASE_URL: simulator.url }),
  });
  process.exitCode = code;
  if (code === 0) {
    const { tellFile } = await import('baton-sendgrid/tell-file');
    const { isTTY, columns } = process.stdout;
    const colour = process.env.FORCE_COLOR !== undefined || (isTTY && process.env.NO_COLOR === undefined);
    process.stdout.write(await tellFile(file, { colour, width: columns }));
    console.log(nextSteps());
  } else {
    console.error(`\nThe sync did not finish (exit code ${code}); the reason is above.`);
  }
} finally {
  await simulator?.close();
}

function nextSteps() {
  const steps = [
    again
      ? 'npm run sync                     again: tells what changed since'
      : 'npm run sync                     once more: tells what changed in between',
    ...(ownAccount ? [] : ['export BATON_SENDGRID_API_KEY=…  then npm run sync: your own account (README: which key)']),
    'npx baton-sendgrid --help        everything that the connector can do',
  ];
  return `\nWhat next\n${steps.map((step) => `  ${step}`).join('\n')}`;
}

function run(args, env) {
  return new Promise((resolveCode, reject) => {
    const child = spawn(pinnedNode, args, { stdio: 'inherit', env: { ...process.env, ...env } });
    child.once('error', reject);
    child.once('exit', (code) => resolveCode(code ?? 1));
  });
}
