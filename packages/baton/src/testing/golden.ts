import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../golden');

/**
 * Holds a text against `golden/FILE`. To renew after a wanted change: GOLDEN=write, then read the difference.
 *
 * @param passing what differs from run to run, by what stands for it
 */
export function isGolden(file: string, printed: string, passing: Readonly<Record<string, string>> = {}): void {
  let text = printed;
  for (const [shown, real] of Object.entries(passing)) text = text.replaceAll(real, shown);
  const path = join(folder, file);
  if (process.env['GOLDEN'] === 'write') writeFileSync(path, text);
  assert.ok(existsSync(path), `${path} is missing; make it with GOLDEN=write`);
  assert.equal(text, readFileSync(path, 'utf8'));
}
