import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openC1z } from '@baton-ts/c1z';
import { packAny } from '@baton-ts/protocol/annotations';
import {
  EntitlementSchema,
  GrantSchema,
  type Resource,
  ResourceSchema,
  ResourceType_Trait,
  ResourceTypeSchema,
  Status_ResourceStatus,
  UserTraitSchema,
} from '@baton-ts/protocol/connector-v2';
import { create, type JsonObject } from '@bufbuild/protobuf';
import { baton, scratchFolder } from '../testing/program.ts';
import { writeSyncs } from '../testing/two-syncs.ts';

const secretOfInvitation = 'invitation-token-4711';
const nasty = '<script>alert("x&y")</script> | `tick` [link](http://x.example)\n# head \u202Egpj.exe';
const long = 'L'.repeat(5000);

function account(type: string, id: string, displayName: string, email: string, details = ''): Resource {
  return create(ResourceSchema, {
    id: { resourceType: type, resource: id },
    displayName,
    status: { status: Status_ResourceStatus.ENABLED, details },
    annotations: [packAny(UserTraitSchema, { login: email, emails: [{ address: email, isPrimary: true }] })],
  });
}

function scope(id: string, profile: JsonObject): Resource {
  return create(ResourceSchema, { id: { resourceType: 'scope', resource: id }, displayName: id, profile });
}

const people = [
  account('teammate', 'ann', 'Ann Lee', 'ann@acme.example'),
  account('teammate', 'bob', nasty, 'bob@acme.example'),
  account('teammate', 'eve', long, 'eve@partner.example'),
  account('invitation', secretOfInvitation, 'new@acme.example', 'new@acme.example', 'invited, expires 2026-12-01'),
  account('invitation', `${secretOfInvitation}-old`, '', 'old@acme.example', 'invitation expired'),
];
const scopes = [
  ...['critical', 'high', 'medium', 'low'].map((risk) => scope(`may.${risk}`, { risk, known: true })),
  scope('may.unheard', { known: false }),
];

/** A sync of each given set of people, who hold every scope. */
async function write(path: string, syncs: readonly (readonly Resource[])[]): Promise<void> {
  for (const holders of syncs) {
    const store = await openC1z(path);
    const sync = store.startSync({ syncType: 'full' });
    sync.putResourceTypes([
      create(ResourceTypeSchema, { id: 'teammate', displayName: 'Teammate', traits: [ResourceType_Trait.USER] }),
      create(ResourceTypeSchema, { id: 'invitation', displayName: 'Invitation', traits: [ResourceType_Trait.USER] }),
      create(ResourceTypeSchema, { id: 'scope', displayName: 'Scope', traits: [ResourceType_Trait.ROLE] }),
    ]);
    sync.putResources([...holders, ...scopes]);
    const entitlements = scopes.map((resource) =>
      create(EntitlementSchema, {
        id: `scope:${resource.id?.resource}:assigned`,
        resource,
        displayName: resource.displayName,
        slug: 'assigned',
      }),
    );
    sync.putEntitlements(entitlements);
    sync.putGrants(
      entitlements.flatMap((entitlement) =>
        holders.map((principal) =>
          create(GrantSchema, {
            id: `${entitlement.id}:${principal.id?.resourceType}:${principal.id?.resource}`,
            entitlement,
            principal,
          }),
        ),
      ),
    );
    await store.finishSync(sync, { syncToken: '' });
    await store.close();
  }
}

describe('what a review shows', () => {
  const folder = scratchFolder({ after });
  const file = join(folder, 'acme.c1z');
  let html = '';
  let markdown = '';
  const page = async (path: string, ...flags: string[]) => {
    const { exitCode, stdout, stderr } = await baton(['review', '-f', path, '--out', '-', ...flags]);
    assert.equal(exitCode, 0, stderr);
    return stdout;
  };
  before(async () => {
    await write(file, [people.slice(0, 2), people]);
    [html, markdown] = await Promise.all([page(file), page(file, '--format', 'md')]);
  });

  it('holds no id of an invitation in HTML', () => assert.ok(!html.includes(secretOfInvitation)));
  it('holds no id of an invitation in Markdown', () => assert.ok(!markdown.includes(secretOfInvitation)));
  it('holds no script, whatever a name says', () => assert.doesNotMatch(html, /<script/i));
  it('writes a name with markup as text in HTML', () => assert.ok(html.includes('&lt;script&gt;alert(&quot;x&amp;y')));
  it('holds no markup of a name in Markdown', () => assert.doesNotMatch(markdown, /<script/i));
  it('escapes what Markdown obeys in a name', () => assert.ok(markdown.includes('\\| \\`tick\\` \\[link\\]\\(http')));
  it('holds no mark that turns the direction of writing', () => assert.doesNotMatch(html + markdown, /\u202E/));
  it('cuts a very long name', () => assert.ok(!html.includes('L'.repeat(300)) && html.includes(`${'L'.repeat(200)}…`)));
  it('counts pending and expired invitations', () => {
    assert.match(html, /1\u00A0invitation pending/);
    assert.match(html, /1\u00A0invitation expired/);
  });
  it('counts by risk as many grants as the sync holds', async () => {
    const { stdout } = await baton(['grants', '-f', file, '-o', 'csv']);
    for (const risk of ['critical', 'high', 'medium', 'low']) {
      const rows = stdout.split('\n').filter((line) => line.includes(`scope:may.${risk}:assigned`)).length;
      assert.match(html, new RegExp(`\\b${rows} ${risk}\\b`));
    }
  });
  it('says that the domain most people have is a guess', () =>
    assert.match(markdown, /acme\.example.*That is a guess/));
  it('takes the domains that are named', async () => {
    const named = await page(file, '--format', 'md', '--domain', 'partner.example');
    assert.match(named, /The domains of the company, as they were named: partner\.example/);
  });
  it('guesses no domain when two are equally common', async () => {
    const tie = join(folder, 'tie.c1z');
    await write(tie, [people.slice(1, 3)]);
    assert.match(await page(tie, '--format', 'md'), /are equally common/);
  });
  it('says of a first sync that there is none to compare with', async () => {
    const one = join(folder, 'one.c1z');
    await writeSyncs(one, [{ users: { ann: 'Ann' }, teams: { ops: ['ann'] } }]);
    assert.match(await page(one, '--format', 'md'), /holds no complete sync before this one/);
  });
  it('reads the file and leaves it as it is', async () => {
    const bytes = readFileSync(file);
    await page(file);
    assert.deepEqual(readFileSync(file), bytes);
  });
});
