import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createLogWriter, type LogEntry } from './log-writer.ts';

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

test('debug lines end when their time is over, others go on', () => {
  const path = join(folder, 'c.log');
  let now = new Date('2030-01-01T00:00:00Z');
  const debugUntil = new Date('2030-01-01T01:00:00Z');
  const logger = createLogWriter({
    level: 'debug',
    format: 'json',
    paths: [path],
    secrets: [],
    debugUntil,
    now: () => now,
  });
  logger.debug('before');
  now = debugUntil;
  logger.debug('after');
  logger.info('still');
  logger.close();
  const messages = readFileSync(path, 'utf8').match(/(?<="msg":")\w+/g);
  assert.deepEqual(messages, ['before', 'still']);
});

test('the end of debug lines does not make a quieter log louder', () => {
  const path = join(folder, 'd.log');
  const logger = createLogWriter({
    level: 'error',
    format: 'json',
    paths: [path],
    secrets: [],
    debugUntil: new Date(0),
  });
  logger.warn('not shown');
  logger.close();
  assert.equal(readFileSync(path, 'utf8'), '');
});

test('what is logged is told on, flat and without secrets', () => {
  const entries: LogEntry[] = [];
  const logger = createLogWriter({
    level: 'info',
    format: 'json',
    paths: [join(folder, 'e.log')],
    secrets: ['SG.secret'],
  });
  logger.info('before');
  logger.alsoTo((entry) => entries.push(entry));
  logger.debug('not told');
  logger.warn('key SG.secret', { count: 2, list: ['SG.secret'], absent: undefined });
  logger.close();
  assert.deepEqual(
    entries.map(({ level, message, fields }) => ({ level, message, fields })),
    [{ level: 'warn', message: 'key ***', fields: { count: 2, list: '["***"]' } }],
  );
});
