import { addSubuser, addTeammate } from '../account.ts';
import type { Account } from '../model.ts';

/** Names that break careless paths, caches and headers (`sendgrid-api.md §9`, §10.1). */
const names: readonly string[] = [
  'plus+tag@example.com',
  'space in name',
  'slash/name',
  'percent%name',
  '100%25',
  '.',
  '..',
  'question?name',
  'hash#name',
  'ünïcode-名前',
  'SameName',
  'samename',
  'pending',
  'quote\'"name',
];

/** No header can carry this one: it is not Latin-1. */
export const subuserBeyondHeaders = '店舗-東京';

export function addEdgeNames(account: Account): void {
  names.forEach((username, index) => {
    addTeammate(account, {
      username,
      email: `edge-${index + 1}@example.com`,
      firstName: 'Edge',
      lastName: `${index + 1}`,
      scopes: ['stats.read'],
    });
  });
  if (account.plan === 'free') return;
  addSubuser(account, { id: 900_001, username: subuserBeyondHeaders, email: 'tokyo@example.com' });
  addSubuser(account, { id: 900_002, username: 'John@example.com', email: 'john@example.com' });
  addSubuser(account, { id: 900_003, username: 'brand with space', email: 'space@example.com' });
  addSubuser(account, { id: 900_004, username: 'café', email: 'cafe@example.com' });
}
