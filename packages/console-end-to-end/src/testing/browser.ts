import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflate } from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** Nothing but the pages of the test is asked for. */
const QUIET = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
];
const PACKED = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..', 'bin');

/**
 * A browser that came with npm (Linux on x64), or the Chrome of the machine elsewhere.
 * @returns the reason in words where there is neither
 */
export async function openBrowser(): Promise<Browser | string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    try {
      return await chromium.launch({ channel: 'chrome', args: QUIET });
    } catch {
      return 'no Chrome is installed on this machine, and none for it comes with npm';
    }
  }
  const folder = await unpacked();
  const libraries = [process.env['LD_LIBRARY_PATH'], join(folder, 'al2023', 'lib')].filter(Boolean).join(':');
  return await chromium.launch({
    executablePath: join(folder, 'chromium'),
    args: ['--no-sandbox', ...QUIET],
    env: { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: join(folder, 'fonts') },
  });
}

/** Whole or not there: tests of several processes look for it at once. */
async function unpacked(): Promise<string> {
  const folder = join(tmpdir(), 'baton-test-browser-153');
  if (existsSync(folder)) return folder;
  const making = mkdtempSync(`${folder}-`);
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = making;
  try {
    mkdirSync(join(making, 'fonts'), { recursive: true });
    for (const name of ['chromium.br', 'fonts.tar.br', 'al2023.tar.br']) await inflate(join(PACKED, name));
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
  try {
    renameSync(making, folder);
  } catch {
    rmSync(making, { recursive: true });
  }
  return folder;
}
