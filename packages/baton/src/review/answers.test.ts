import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { emptyC1z, openC1zReader, type SyncReader } from '@baton-ts/c1z';
import type { Resource } from '@baton-ts/protocol/connector-v2';
import { emailsOf, profileOf, stateOf, statusDetailsOf } from '../lists/resource-facts.ts';
import { isGolden } from '../testing/golden.ts';
import { baton, type Ended, scratchFolder } from '../testing/program.ts';
import { addReviewedSync, reviewed } from '../testing/reviewed-company.ts';

// The answers of `baton review`, held against what the reader of the package says of the same file.

const folder = scratchFolder({ after });
const file = join(folder, 'acme.c1z');
const review = (...flags: string[]): Promise<Ended> =>
  baton(['review', '-f', 'acme.c1z', '--domain', 'acme.example', '--out', '-', ...flags], { cwd: folder });

const pages = { html: '', md: '' };
const ids: string[] = [];
let resources: readonly Resource[] = [];
let grants: readonly { readonly on: string; readonly entitlement: string; readonly holder: string }[] = [];

before(async () => {
  ids.push(await addReviewedSync(file, { hasEve: false }), await addReviewedSync(file));
  for (const format of ['html', 'md'] as const) pages[format] = (await review('--format', format)).stdout;
  const c1z = await openC1zReader(file);
  const sync: SyncReader | undefined = c1z.reader();
  resources = sync?.resources({}).rows ?? [];
  grants = (sync?.grants({}).rows ?? []).map(({ entitlement, principal }) => ({
    on: entitlement?.resource?.id?.resource ?? '',
    entitlement: entitlement?.id ?? '',
    holder: `${principal?.id?.resourceType}/${principal?.id?.resource}`,
  }));
  await c1z.close();
});

/** The big number of the summary with that label. */
function figure(label: string): number {
  const found = new RegExp(`<li><b>(?:<a href="#[\\w-]+">)?([\\d,]+)(?:</a>)?</b> ${label}</li>`).exec(pages.html);
  return Number(found?.[1]?.replaceAll(',', '') ?? Number.NaN);
}

/** The part of the Markdown page under a heading. */
function section(title: string): string {
  const rest = pages.md.split(new RegExp(`^## ${title}$`, 'm'))[1] ?? '';
  return rest.split(/^## /m)[0] ?? '';
}

const typed = (type: string) => resources.filter(({ id }) => id?.resourceType === type);

describe('the page of a small file', () => {
  for (const format of ['html', 'md'] as const) {
    it(`is golden/review.${format}.txt`, () => isGolden(`review.${format}.txt`, withoutPassing(pages[format])));
  }
  it('is self-contained: it names no address outside itself', () =>
    assert.doesNotMatch(pages.html, /(?:src|href)="(?!#)|url\(|@import|<script/i));
});

describe('each count is what the reader says of the same file', () => {
  it('people with access', () => assert.equal(figure('people with access'), new Set(holders('teammate/')).size));
  it('admins', () =>
    assert.equal(
      figure('admins and owners'),
      grants.filter(({ entitlement }) => entitlement === 'role:admin:assigned').length,
    ));
  it('people and invitations outside --domain', () => {
    const outside = resources.flatMap(emailsOf).filter((email) => !email.endsWith('@acme.example'));
    assert.equal(figure('with an address outside the company'), outside.length);
  });
  it('invitations pending', () =>
    assert.equal(figure('invitations pending'), typed('invitation').filter((one) => !isExpired(one)).length));
  it('invitations expired', () =>
    assert.equal(figure('invitations expired'), typed('invitation').filter(isExpired).length));
  it('grants to what is switched off', () => {
    const off = new Set(resources.filter((one) => stateOf(one) === 'disabled').map(({ id }) => id?.resource ?? ''));
    assert.equal(figure('grants to something switched off'), grants.filter(({ on }) => off.has(on)).length);
  });
  it('permissions that nobody holds', () => {
    const held = new Set(grants.map(({ on }) => on));
    const unheld = typed('scope').filter(({ id }) => !held.has(id?.resource ?? ''));
    assert.equal(figure('permissions that nobody holds'), unheld.length);
  });
  it('unknown permissions', () => {
    const unknown = resources.filter((one) => profileOf(one)['known'] === false);
    assert.equal(figure('permissions that the connector does not know'), unknown.length);
  });
  it('grants that differ from the sync before', () =>
    assert.equal(figure('grants that differ from the sync before'), 1));
  it('all grants', () => assert.match(pages.md, new RegExp(`\\b${grants.length}\u00A0grants in the sync`)));

  const isExpired = (one: Resource) => statusDetailsOf(one).includes('expired');
  const holders = (prefix: string) => grants.map(({ holder }) => holder).filter((holder) => holder.startsWith(prefix));
});

describe('what is named', () => {
  it('the holder of the admin role', () => assert.match(section('Admins and owners'), /Ann Lee/));
  it('nobody else as admin', () => assert.doesNotMatch(section('Admins and owners'), /Ben|Eve|mailer/));
  it('a service account as one', () => assert.match(pages.md, /Nightly mailer[^\n]*service account/));
  it('who is outside the company', () => assert.match(section('From outside the company'), /Eve Noor/));
  it('the switched-off subuser and who has access to it', () =>
    assert.match(section('Switched off, with access'), new RegExp(`Ben Okafor[^\\n]*${reviewed.subuser}`)));
  it('the scope that nobody holds', () => assert.ok(section('Held by nobody').includes(reviewed.unheldScope)));
  it('the unknown scope and its holder', () =>
    assert.match(section('Not in the catalogue'), new RegExp(`${reviewed.unknownScope}[^\\n]*Ben Okafor`)));
});

describe('a file without a whole sync', () => {
  const shown = async (name: string) =>
    baton(['review', '-f', name, '--format', 'md', '--out', '-', '--domain', 'acme.example'], { cwd: folder });

  it('one that did not end gets a page that says so first', async () => {
    await addReviewedSync(join(folder, 'unfinished.c1z'), { isFinished: false });
    const { exitCode, stdout } = await shown('unfinished.c1z');
    assert.equal(exitCode, 0);
    assert.match(summary(stdout), /The sync did not end/);
  });
  it('a partial one gets a page that says so first', async () => {
    await addReviewedSync(join(folder, 'partial.c1z'), { syncType: 'partial' });
    const { exitCode, stdout } = await shown('partial.c1z');
    assert.equal(exitCode, 0);
    assert.match(summary(stdout), /This is no full sync/);
  });
  it('a file with no sync at all is refused', async () => {
    await using empty = await emptyC1z();
    await empty.saveAs(join(folder, 'none.c1z'));
    const { exitCode, stdout, stderr } = await shown('none.c1z');
    assert.notEqual(exitCode, 0);
    assert.equal(stdout, '');
    assert.match(stderr, /none\.c1z holds no sync/);
  });
  it('a sync that is not in the file is refused by its id', async () => {
    await addReviewedSync(join(folder, 'other.c1z'));
    const { exitCode, stdout, stderr } = await baton(
      ['review', '-f', 'other.c1z', '--sync-id', ids[0] ?? '', '--out', '-'],
      { cwd: folder },
    );
    assert.deepEqual([exitCode, stdout], [5, '']);
    assert.ok(stderr.includes(`other.c1z has no sync "${ids[0]}"`), stderr);
  });

  const summary = (markdown: string) => markdown.split(/^## /m)[1] ?? '';
});

/** Without what differs from run to run. */
function withoutPassing(page: string): string {
  let text = page;
  for (const [index, id] of ids.entries()) text = text.replaceAll(id, `<sync ${index + 1}>`);
  return text
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<sha256>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/\d{1,2}\u00A0\w{3}\u00A0\d{4}, [\d:]{8}\u00A0\+00:00/g, '<full time>')
    .replaceAll(/[\d,]+\sbytes/g, '<bytes>')
    .replaceAll(/\b(?:less than 1|\d+)\u00A0s\b/g, '<duration>')
    .replaceAll(/\bbaton (?:version )?\d+\.\d+\.\d+[\w.+-]*/g, 'baton <version>')
    .replaceAll(/sha256-[\w+/=]+/g, 'sha256-<style>');
}
