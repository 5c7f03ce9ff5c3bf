import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpoints } from './index.ts';

for (const [name, known, unknown] of [
  ['POST /api/v1/search/apps', '-createdAt', 'owners'],
  ['POST /api/v1/search/app_users', '-highestRisk', 'profile'],
  ['POST /api/v1/search/entitlements', 'grantCount', 'description'],
  ['POST /api/v1/search/app_resources', '-displayName', 'grantCount'],
  ['POST /api/v1/search/grants', 'riskLevel', 'account'],
  ['POST /api/v1/search/past-grants', '-revokedAt', 'grantedAt'],
  ['POST /api/v1/grants/feed', '-at', 'riskLevel'],
] as const) {
  test(`${name} is sorted by ${known} and refuses ${unknown}`, () => {
    assert.equal(endpoints[name].body.parse({ sort: known }).sort, known);
    assert.equal(endpoints[name].body.parse({}).sort, '');
    assert.equal(endpoints[name].body.safeParse({ sort: unknown }).success, false);
  });
}
