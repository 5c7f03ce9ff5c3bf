import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { documentsOf } from './documents.ts';
import { manPage } from './man-page.ts';
import { programs } from './programs.ts';

const hasMandoc = spawnSync('mandoc', ['-Tlint'], { input: '' }).error === undefined;

for (const program of programs) {
  const { name, description } = program;
  const page = manPage(description, 1_700_000_000);

  describe(name, () => {
    test('the manual page is mdoc without mistakes', (t) => {
      if (!hasMandoc) return t.skip('mandoc is not on this machine');
      const { stdout } = spawnSync('mandoc', ['-Tlint', '-Wwarning'], { input: page, encoding: 'utf8' });
      assert.equal(stdout, '');
    });

    test('the manual page has every flag and every command that --help lists', () => {
      const shown = description.flags.filter((flag) => flag.hidden !== true);
      assert.deepEqual(
        shown.filter((flag) => !page.includes(`-${flag.name}`)).map((flag) => flag.name),
        [],
      );
      const listed = description.commands.filter((command) => command.hidden !== true);
      assert.deepEqual(
        listed.filter((command) => !page.includes(`.It Ic ${command.name}`)).map((command) => command.name),
        [],
      );
    });

    test('bash reads the completion script', (t) => {
      if (spawnSync('bash', ['--version']).status !== 0) return t.skip('bash is not on this machine');
      const script = documentsOf(program, '', 0).find(({ path }) => path.endsWith('.bash'))?.content;
      assert.ok(script !== undefined);
      const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    });
  });
}
