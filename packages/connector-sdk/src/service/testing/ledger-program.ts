import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type TestC1, tempFolder, tls } from './c1.ts';

export interface Files {
  readonly ledger: string;
  readonly env: Record<string, string>;
}

/** Where the program finds its server, keeps its state and writes its ledger. */
export function filesFor(t: TestContext, c1: TestC1): Files {
  const folder = tempFolder(t);
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, tls.ca);
  const ledger = join(folder, 'ledger');
  return {
    ledger,
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_EXTRA_CA_CERTS: ca,
      XDG_STATE_HOME: folder,
      BATON_TMPDIR: folder,
      BATON_CLIENT_ID: c1.credential.clientId,
      BATON_CLIENT_SECRET: c1.credential.clientSecret,
      BATON_LEDGER_FILE: ledger,
      BATON_PROVISIONING: 'true',
      BATON_HOST_ID: 'host-1',
    },
  };
}

export interface Program {
  readonly child: ChildProcess;
  readonly log: () => string;
  readonly connected: () => Promise<void>;
}

/** Starts the program that `bundleLedgerService` has made. */
export function startProgram(t: TestContext, program: string, { env }: Files): Program {
  const child = spawn(process.execPath, [program], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (part) => {
    text += String(part);
  });
  return {
    child,
    log: () => text,
    connected: async () => {
      while (!text.includes('"msg":"Connected to')) {
        if (child.exitCode !== null) assert.fail(`the program ended: ${text}`);
        await delay(2);
      }
    },
  };
}
