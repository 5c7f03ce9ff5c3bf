import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FlagSpec } from './flag-spec.ts';
import { parseArguments } from './parse-arguments.ts';

const specs: readonly FlagSpec[] = [
  { name: 'file', short: 'f', kind: 'string', group: 'Sync', description: 'The file' },
  { name: 'provisioning', short: 'p', kind: 'bool', group: 'Sync', description: 'Changes' },
  { name: 'workers', kind: 'int', group: 'Sync', description: 'Workers' },
  { name: 'types', kind: 'strings', group: 'Sync', description: 'Types' },
  { name: 'api-key', kind: 'string', secret: true, group: 'Sync', description: 'Key' },
];
const flagsOf = (...args: string[]) => Object.fromEntries(parseArguments(args, specs).flags);

test('a value follows the flag, an equals sign, or the short letter', () => {
  for (const args of [['--file', 'a'], ['--file=a'], ['-f', 'a'], ['-fa'], ['-f=a'], ['-pf', 'a']]) {
    assert.equal(flagsOf(...args)['file'], 'a', args.join(' '));
  }
});

test('a boolean takes its value only after an equals sign', () => {
  assert.deepEqual(flagsOf('--provisioning=false'), { provisioning: false });
  const parsed = parseArguments(['--provisioning', 'false'], specs);
  assert.equal(parsed.flags.get('provisioning'), true);
  assert.deepEqual(parsed.words, ['false']);
});

test('a repeated list flag appends', () => {
  assert.deepEqual(flagsOf('--types=a,b', '--types', 'c'), { types: ['a', 'b', 'c'] });
});

test('two dashes end the flags', () => {
  assert.deepEqual(parseArguments(['--', '--file'], specs).words, ['--file']);
});

test('an unknown flag is refused with the likely spelling', () => {
  assert.throws(() => flagsOf('--flie=x'), { code: 2, message: 'unknown flag: --flie; did you mean --file?' });
});

test('a flag without its value is refused', () => {
  assert.throws(() => flagsOf('--file'), { message: 'flag needs an argument: --file' });
});

test('a wrong number is refused and named', () => {
  assert.throws(() => flagsOf('--workers=many'), {
    message: 'invalid argument "many" for "--workers" flag: expected a whole number',
  });
});
