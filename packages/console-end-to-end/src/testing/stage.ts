import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type Simulator, startSimulator } from 'sendgrid-simulator';
import { openBrowser } from './browser.ts';
import { freePort, type Program, startProgram } from './programs.ts';

/** Where `npm run pictures` wants the pictures of the README. */
const PICTURES = process.env['BATON_PICTURES'];

export const ADMIN = {
  name: 'Ines Aguilar',
  email: 'ines.aguilar@northwind.example',
  password: 'four brown horses run',
};

export interface Stage {
  readonly simulator: Simulator;
  readonly browser: Browser;
  readonly page: Page;
  /** What the browser complained of: exceptions, refused styles, failed requests. */
  readonly complaints: string[];
  readonly console: Program;
  /** Without a slash at the end. */
  readonly url: string;
  /** For the first administrator. */
  readonly link: string;
  /** `host:port` of the listener for connectors, and the file with its authority. */
  readonly connectorHost: string;
  readonly caFile: string;
  readonly picture: (name: string) => Promise<void>;
}

/** The running product: the simulator in the place of SendGrid, the built console, and a browser at its door. */
export async function setStage(t: TestContext): Promise<Stage | undefined> {
  const browser = await openBrowser();
  if (typeof browser === 'string') {
    t.skip(browser);
    return undefined;
  }
  const simulator = await startSimulator();
  t.after(() => simulator.close());
  const dataDir = mkdtempSync(join(tmpdir(), 'console-stage-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const [httpPort, connectorPort] = [await freePort(), await freePort()];
  const console = startProgram(t, 'console', [], {
    CONSOLE_DATA_DIR: dataDir,
    CONSOLE_HTTP_PORT: `${httpPort}`,
    CONSOLE_CONNECTOR_PORT: `${connectorPort}`,
    CONSOLE_SENDGRID_BASE_URL: simulator.url,
  });
  const [link] = await console.says(/http\S+#\S+/);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  t.after(async () => {
    if (t.passed) return;
    const path = join(mkdtempSync(join(tmpdir(), 'console-failed-')), 'page.png');
    await page.screenshot({ path });
    t.diagnostic(`${page.url()} looked like ${path}; the browser complained: ${complaints.join('\n')}`);
  });
  t.after(() => browser.close());
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${page.url()}: ${message.text()}`);
  });
  return {
    simulator,
    browser,
    page,
    complaints,
    console,
    url: `http://localhost:${httpPort}`,
    link,
    connectorHost: `localhost:${connectorPort}`,
    caFile: join(dataDir, 'ca.pem'),
    picture: async (name) => {
      if (PICTURES === undefined) return;
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
    },
  };
}

/** The first start: makes the administrator and ends at Home. */
export async function firstSignIn({ page, link }: Stage): Promise<void> {
  await page.goto(link);
  await page.getByLabel('Full name').fill(ADMIN.name);
  await page.getByLabel('Email').fill(ADMIN.email);
  await page.getByLabel(/^Password/).fill(ADMIN.password);
  await page.getByRole('button', { name: 'Create administrator' }).click();
  await page.getByRole('navigation').first().waitFor();
}
