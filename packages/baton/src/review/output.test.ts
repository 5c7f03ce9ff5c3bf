import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { baton, scratchFolder } from '../testing/program.ts';
import { writeSmallCompany } from '../testing/small-company.ts';

describe('where a review goes', () => {
  const folder = scratchFolder({ after });
  const file = join(folder, 'sync.c1z');
  before(() => writeSmallCompany(file));

  it('is review.html when nothing else is named', async () => {
    const { exitCode, stderr } = await baton(['review', '-f', file], { cwd: folder });
    assert.equal(exitCode, 0, stderr);
    assert.match(readFileSync(join(folder, 'review.html'), 'utf8'), /^<!doctype html>/);
  });

  it('is Markdown when the name of the page says so', async () => {
    const out = join(folder, 'page.md');
    assert.equal((await baton(['review', '-f', file, '--out', out])).exitCode, 0);
    assert.match(readFileSync(out, 'utf8'), /^# Access review of sync\.c1z/);
  });

  it('keeps a page that exists already', async () => {
    const out = join(folder, 'signed.html');
    writeFileSync(out, 'signed');
    const { exitCode, stderr } = await baton(['review', '-f', file, '--out', out]);
    assert.equal(exitCode, 6);
    assert.match(stderr, /exists already/);
    assert.equal(readFileSync(out, 'utf8'), 'signed');
  });

  it('replaces a page that exists with --force', async () => {
    const out = join(folder, 'old.html');
    writeFileSync(out, 'old');
    assert.equal((await baton(['review', '-f', file, '--out', out, '--force'])).exitCode, 0);
    assert.match(readFileSync(out, 'utf8'), /^<!doctype html>/);
  });

  it('is the same, byte for byte, on standard output and when it is written again', async () => {
    const [first, second] = await Promise.all([
      baton(['review', '-f', file, '--out', '-']),
      baton(['review', '-f', file, '--out', '-']),
    ]);
    assert.equal(first.exitCode, 0, first.stderr);
    assert.match(first.stdout, /^<!doctype html>/);
    assert.equal(first.stdout, second.stdout);
  });

  it('leaves nothing where it cannot be written', async () => {
    const place = join(folder, 'place');
    mkdirSync(place);
    const { exitCode } = await baton(['review', '-f', file, '--out', join(place, 'nowhere', 'page.html')]);
    assert.notEqual(exitCode, 0);
    assert.deepEqual(readdirSync(place), []);
  });

  it('leaves nothing when there is no file to review', async () => {
    const out = join(folder, 'none.html');
    const { exitCode, stderr } = await baton(['review', '-f', join(folder, 'missing.c1z'), '--out', out]);
    assert.notEqual(exitCode, 0);
    assert.match(stderr, /missing\.c1z/);
    assert.equal(existsSync(out), false);
  });

  it('refuses a domain that is none', async () => {
    const { exitCode, stderr } = await baton(['review', '-f', file, '--domain', 'a b', '--out', '-']);
    assert.notEqual(exitCode, 0);
    assert.match(stderr, /--domain is "a b"; it takes a mail domain/);
  });
});
