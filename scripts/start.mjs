// `npm start`: starts the console and prints the link to it. Without an API key a simulated account stands in for SendGrid.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt, ensureInstalled, pinnedNode, root } from './ensure.mjs';

ensureInstalled();
ensureBuilt();

// What follows imports TypeScript, which the Node.js of the machine may not know.
if (process.env.BATON_START_PINNED !== '1') {
  // Ctrl-C reaches the whole group: this process waits until the others have ended in order.
  process.on('SIGINT', () => {});
  const child = spawn(pinnedNode, ['--conditions=x-source', fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, BATON_START_PINNED: '1' },
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('exit', (code) => process.exit(code ?? 1));
} else {
  await startConsole();
}

async function startConsole() {
  const { startSimulator } = await import('sendgrid-simulator');
  const simulator = process.env.BATON_SENDGRID_API_KEY ? undefined : await startSimulator();
  console.log(
    simulator === undefined
      ? 'Connectors of this console read SendGrid itself. Add “Twilio SendGrid” there and paste your API key.'
      : [
          'A simulated SendGrid account of about sixty people is behind this console; nothing leaves your machine.',
          'Add the connector “Twilio SendGrid” there and paste this key of the simulated account:',
          `  ${simulator.apiKey}`,
        ].join('\n'),
  );
  console.log('Ctrl-C ends it; the next start goes on where you were.\n');
  process.on('SIGINT', () => {});
  const child = spawn(pinnedNode, [join(root, 'packages/console-server/bin/console.mjs'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: {
      BATON_CONSOLE_LOG_LEVEL: 'warn',
      ...process.env,
      ...(simulator && { BATON_CONSOLE_SENDGRID_BASE_URL: simulator.url }),
    },
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
    void simulator?.close();
  });
}
