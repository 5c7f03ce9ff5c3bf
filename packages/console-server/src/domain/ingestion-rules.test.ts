import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judge } from './anomaly.ts';
import { compileKey } from './matching-rules.ts';
import { type Directory, isExternal, type MatchedAccount, matchOwner } from './owner-matching.ts';
import { connectorRisk, countRisks, riskLevelOf } from './risk.ts';

const directory: Directory = {
  byEmail: (email) => ({ 'ann@example.com': 'ann', 'bo@example.com': 'bo' })[email],
  byName: (name) => (name === 'ann lee' ? 'ann' : undefined),
  byCustomKey: (rule, key) => (rule === 1 && key === 'e7' ? 'bo' : undefined),
};

const account = (fields: Partial<MatchedAccount>): MatchedAccount => ({
  type: 'USER',
  emails: [],
  usernames: [],
  name: '',
  customKeys: [],
  ...fields,
});

describe('owner of an account', () => {
  test('is who has its address, whatever the case', () => {
    assert.deepEqual(matchOwner(account({ emails: ['Ann@Example.com'] }), 'STRICT', directory), {
      ownerId: 'ann',
      source: 'EMAIL',
    });
  });

  test('is who has its address without what follows a plus', () => {
    assert.equal(matchOwner(account({ emails: ['ann+sendgrid@example.com'] }), 'STRICT', directory).ownerId, 'ann');
  });

  test('is who signs in by that name, when no address fits', () => {
    const match = matchOwner(account({ emails: ['x@y.z'], usernames: ['bo@example.com'] }), 'STRICT', directory);
    assert.deepEqual(match, { ownerId: 'bo', source: 'USERNAME' });
  });

  test('is not guessed from a login name that is no address', () => {
    assert.equal(matchOwner(account({ usernames: ['ann'] }), 'STRICT', directory).source, 'NONE');
  });

  test('is found by first and last name in the broad mode only', () => {
    const named = account({ name: 'Ann  LEE' });
    assert.equal(matchOwner(named, 'STRICT', directory).source, 'NONE');
    assert.deepEqual(matchOwner(named, 'DISPLAY_NAME', directory), { ownerId: 'ann', source: 'NAME' });
  });

  test('is found by the first custom rule that fits', () => {
    const match = matchOwner(account({ customKeys: ['zz', 'e7'] }), 'CUSTOM', directory);
    assert.deepEqual(match, { ownerId: 'bo', source: 'CUSTOM' });
  });

  test('is nobody for service and system accounts, whatever their address', () => {
    for (const type of ['SERVICE_ACCOUNT', 'SYSTEM_ACCOUNT'] as const) {
      assert.equal(matchOwner(account({ type, emails: ['ann@example.com'] }), 'STRICT', directory).ownerId, null);
    }
  });
});

describe('key of a custom rule', () => {
  test('comes from the profile, in lower case', () => {
    assert.equal(compileKey('account', 'account.profile.employee_id')({ profile: { employee_id: ' E7 ' } }), 'e7');
  });

  test('is made with functions on text', () => {
    assert.equal(compileKey('user', "user.email.split('@')[0]")({ email: 'bo@example.com' }), 'bo');
  });

  test('is missing where the profile has no such field, or it is no text', () => {
    const key = compileKey('account', 'account.profile.employee_id');
    assert.equal(key({ profile: {} }), undefined);
    assert.equal(key({ profile: { employee_id: 7 } }), undefined);
  });

  test('cannot loop, try patterns or call what does not exist', () => {
    for (const expression of [
      'account.emails.map(e, e)[0]',
      "account.emails.exists(e, e == 'x') ? 'a' : 'b'",
      "'a'.matches('(a+)+$') ? 'a' : 'b'",
      'account.',
    ]) {
      assert.throws(() => compileKey('account', expression), Error, expression);
    }
  });

  test('is no way to make text without end', () => {
    assert.equal(compileKey('account', "account.a.join(account.a.join('x'))")({ a: ['1', '2'] }), undefined);
  });
});

describe('fall of what a connector reports', () => {
  const amounts = (before: number, after: number, windowStart = before) => [
    { what: 'members', before, windowStart, after },
  ];

  test('by half is named', () => {
    assert.equal(judge(amounts(58, 27)), 'members 58 → 27');
    assert.equal(judge(amounts(20, 10)), 'members 20 → 10');
  });

  test('by less than half, or by few, is nothing', () => {
    assert.equal(judge(amounts(58, 30)), undefined);
    assert.equal(judge(amounts(9, 0)), undefined);
    assert.equal(judge(amounts(0, 0)), undefined);
  });

  test('in small steps is found over the window', () => {
    assert.equal(judge(amounts(60, 48, 100)), 'members 100 → 48 within 24 hours');
  });

  test('of several things names each', () => {
    assert.equal(
      judge([...amounts(58, 27), { what: 'scopes', before: 200, windowStart: 200, after: 3 }]),
      'members 58 → 27, scopes 200 → 3',
    );
  });
});

describe('risk', () => {
  test('is what the description ends with, else what the profile says, else unrated', () => {
    assert.equal(riskLevelOf(connectorRisk('May do everything. Risk: critical.', {})), 'CRITICAL');
    assert.equal(riskLevelOf(connectorRisk('May read.', { risk: 'low' })), 'LOW');
    assert.equal(riskLevelOf(connectorRisk('May do what the grant says. Risk: depends on the scopes.', {})), 'UNRATED');
    assert.equal(riskLevelOf(connectorRisk('', { risk: 7 })), 'UNRATED');
  });

  test('is counted by level, with the highest', () => {
    assert.deepEqual(countRisks([4, 0, 2, 2]), {
      grant_count: 4,
      critical_count: 1,
      high_count: 0,
      medium_count: 2,
      low_count: 0,
      unrated_count: 1,
      highest_risk: 4,
    });
    assert.equal(countRisks([]).highest_risk, -1);
  });
});

describe('external', () => {
  test('is an address at none of the company’s domains', () => {
    assert.equal(isExternal('a@partner.com', ['example.com']), true);
    assert.equal(isExternal('a@EXAMPLE.com', ['example.com']), false);
    assert.equal(isExternal('a@partner.com', []), false);
    assert.equal(isExternal('', ['example.com']), false);
  });
});
