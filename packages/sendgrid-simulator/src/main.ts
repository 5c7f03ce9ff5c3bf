import { readArguments, UsageError } from './arguments.ts';
import { help } from './help.ts';
import { startSimulator } from './index.ts';

async function main(args: readonly string[]): Promise<void> {
  const { options, asJson, showHelp } = readArguments(args);
  if (showHelp) {
    process.stdout.write(help);
    return;
  }
  const simulator = await startSimulator(options);
  const { url, euUrl, apiKey, keys } = simulator;
  process.stdout.write(asJson ? `${JSON.stringify({ url, euUrl, apiKey, keys })}\n` : greeting(url, apiKey, keys));
  let isClosing = false;
  const stop = () => {
    if (isClosing) return;
    isClosing = true;
    simulator.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function greeting(url: string, apiKey: string, keys: Readonly<Record<string, string>>): string {
  const others = Object.entries(keys)
    .filter(([name]) => name !== 'full')
    .map(([name, key]) => `  ${name.padEnd(12)}${key}\n`);
  return (
    `SendGrid simulator at ${url}. Everything here is invented; nothing leaves this machine. Ctrl-C ends it.\n\n` +
    `BATON_SENDGRID_API_KEY=${apiKey} BATON_SENDGRID_BASE_URL=${url} npx baton-sendgrid\n\n` +
    `Other keys\n${others.join('')}\n` +
    `Requests so far   curl -s ${url}/_control/requests\n` +
    `Misbehave         curl -s ${url}/_control/faults -d '{"kind":"status","status":503}'\n`
  );
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${describe(error) ?? message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});

function describe(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if (error.code === 'EADDRINUSE') return 'That port is in use. Choose another with --port, or 0 for a free one.';
  if (error.code === 'EACCES')
    return 'That port needs more rights. Choose one above 1023 with --port, or 0 for a free one.';
  return undefined;
}
