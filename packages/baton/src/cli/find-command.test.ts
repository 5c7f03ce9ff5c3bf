import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../commands/command.ts';
import { commands } from '../commands/registry.ts';
import { findCommand, readInvocation } from './find-command.ts';
import { globalFlags } from './global-flags.ts';

function command(name: string): Command {
  return { name, summary: '', usage: '', details: '', flags: [], run: () => Promise.resolve(undefined) };
}

test('a command of two words wins over one of the first word', () => {
  const both = [command('principals'), command('principals compare')];
  assert.equal(findCommand(['principals', 'compare'], both)?.command.name, 'principals compare');
  assert.equal(findCommand(['principals'], both)?.command.name, 'principals');
  assert.deepEqual(findCommand(['principals', 'other'], both)?.words, ['other']);
});

test('half of a command of two words is refused with the words that go on', () => {
  const both = [command('export csv'), command('export xlsx')];
  for (const words of [['export'], ['export', 'pdf']]) {
    assert.throws(() => readInvocation(words, both), {
      code: 2,
      message: '"baton export" needs a word after it: csv, xlsx',
    });
  }
});

test('flags that a person does not write have the defaults of the command', () => {
  const export1 = {
    ...command('one'),
    flags: [{ name: 'out', kind: 'string', default: './a', group: '', description: '' }],
  } as const;
  const export2 = {
    ...command('two'),
    flags: [{ name: 'out', kind: 'string', default: './b', group: '', description: '' }],
  } as const;
  assert.equal(readInvocation(['two'], [export1, export2]).flags.string('out'), './b');
  assert.equal(readInvocation(['--out', 'c', 'two'], [export1, export2]).flags.string('out'), 'c');
});

test('no two commands mean different things by one flag or letter', () => {
  const byName = new Map<string, string>();
  const byShort = new Map<string, string>();
  for (const spec of [...globalFlags, ...commands.flatMap((one) => one.flags)]) {
    const shape = `${spec.kind} ${spec.short ?? ''}`;
    assert.equal(byName.get(spec.name) ?? shape, shape, `--${spec.name}`);
    byName.set(spec.name, shape);
    if (spec.short === undefined) continue;
    assert.equal(byShort.get(spec.short) ?? spec.name, spec.name, `-${spec.short}`);
    byShort.set(spec.short, spec.name);
  }
});

test('every command has a name, a summary, a usage that begins with its name, and details', () => {
  for (const one of commands) {
    assert.ok(one.summary !== '' && one.details !== '', one.name);
    assert.ok(one.usage.startsWith(one.name), one.name);
  }
  assert.equal(new Set(commands.map((one) => one.name)).size, commands.length);
});
