import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Stage } from '../testing/program.ts';
import type { SmallAccount } from '../testing/small-account.ts';

const owner = { username: 'olga', user_type: 'owner', scopes: ['mail.send', 'stats.read'] };
const hardNames = [
  'a/b',
  'a%2Fb',
  'a..b',
  'two words',
  'what?',
  'a#b',
  'мария',
  '李',
  'Ana',
  'ana',
  "o'neil",
  'a+b&c=d',
];

/** Who holds which scope in the file, as `teammate: scope`. */
async function held(stage: Stage): Promise<string[]> {
  const grants = await stage.read((file) => file.reader()?.grants({}).rows ?? []);
  return grants
    .filter(({ principal }) => principal?.id?.resourceType === 'teammate')
    .map(({ principal, entitlement }) => `${principal?.id?.resource}: ${entitlement?.resource?.id?.resource}`);
}

async function synced(t: Parameters<typeof Stage.set>[0], account: SmallAccount) {
  const stage = await Stage.set(t, account);
  const { stdout } = await stage.sync({ args: ['--output', 'json'] });
  return { stage, summary: JSON.parse(stdout), held: await held(stage) };
}

describe('names that are hard to carry', { concurrency: 2 }, () => {
  test('each teammate keeps its own scopes, whatever the name', async (t) => {
    const teammates = hardNames.map((username) => ({ username, scopes: ['mail.send'] }));
    const { held } = await synced(t, { teammates: [owner, ...teammates] });
    for (const name of hardNames) assert.ok(held.includes(`${name}: mail.send`), name);
  });

  test('two names that differ only in case are two people', async (t) => {
    const teammates = [owner, { username: 'Ana', scopes: ['mail.send'] }, { username: 'ana', scopes: ['stats.read'] }];
    const { held } = await synced(t, { teammates });
    assert.deepEqual(held.filter((one) => /^ana/i.test(one)).sort(), ['Ana: mail.send', 'ana: stats.read']);
  });

  for (const name of ['pending', '..']) {
    test(`a teammate called ${name} is synced without scopes, and that is said`, async (t) => {
      const { summary } = await synced(t, { teammates: [owner, { username: name, scopes: ['mail.send'] }] });
      assert.equal(summary.byResourceType.teammate.resources.count, 2);
      assert.equal(summary.warnings.length, 1);
      assert.ok(summary.warnings[0].startsWith(`The scopes of the teammate "${name}" cannot be read: `));
    });
  }

  test('a subuser that no header can name is synced without its teammates, and that is said', async (t) => {
    const { summary } = await synced(t, { teammates: [owner], subusers: [{ id: 1, username: 'марка' }] });
    assert.equal(summary.byResourceType.subuser.resources.count, 1);
    assert.match(summary.warnings[0], /^Teammates of the subuser "марка" are left out: .*Rename the subuser/);
  });

  test('warnings are in the summary for people, too', async (t) => {
    const stage = await Stage.set(t, { teammates: [owner, { username: 'pending' }] });
    assert.match((await stage.sync()).stderr, /^Warning: The scopes of the teammate "pending" cannot be read/m);
  });
});
