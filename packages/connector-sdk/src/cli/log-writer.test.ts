import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createLogWriter } from './log-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'logs-'));
after(() => rmSync(folder, { recursive: true }));

function logged(name: string, format: 'json' | 'console', level: string): string {
  const path = join(folder, name);
  const logger = createLogWriter({ level, format, paths: [path], secrets: ['SG.secret'] });
  logger.debug('not shown');
  logger.warn('the key is SG.secret', { count: 2, error: new Error('bad', { cause: new Error('worse') }) });
  logger.close();
  return readFileSync(path, 'utf8');
}

test('a JSON line has the keys that scripts read, and no secret', () => {
  const { level, ts, caller, msg, count, error } = JSON.parse(logged('a.log', 'json', 'INFO'));
  assert.deepEqual([level, msg, count, error], ['warn', 'the key is ***', 2, 'bad: worse']);
  assert.match(caller, /^cli\/log-writer\.test\.ts:\d+$/);
  assert.ok(Math.abs(ts - Date.now() / 1000) < 60);
});

test('a console line is separated by tabs', () => {
  const line = logged('b.log', 'console', 'warning');
  assert.match(
    line,
    /^\d{4}-\d\d-\d\dT[\d:.]+Z\tWARN\tcli\/\S+\tthe key is \*\*\*\t\{"count":2,"error":"bad: worse"\}\n$/,
  );
});
