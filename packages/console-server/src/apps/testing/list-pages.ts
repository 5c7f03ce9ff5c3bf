import type { Ids } from './list-database.ts';

export interface ListPage {
  readonly name: string;
  readonly path: string;
  /** Without one it is read with GET. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Not the first page, but one far behind it. */
  readonly isDeep?: boolean;
}

const PAGE_SIZE = 50;
/** As the overview asks for numbers. */
const NUMBER = { pageSize: 1 };

/** What the web app asks for, and more of what the API can be asked for: filters and orders in all their kinds. */
export function listPages({ appId, accountId, entitlementId, indirectId }: Ids): ListPage[] {
  const list = (what: string, path: string) => {
    const page = (name: string, more: object = {}, isDeep = false): ListPage => ({
      name: `${what}${name}`,
      path: `/api/v1/${path}`,
      body: { appIds: [appId], pageSize: PAGE_SIZE, ...more },
      isDeep,
    });
    return page;
  };
  const people = list('accounts', 'search/app_users');
  const entitlements = list('entitlements', 'search/entitlements');
  const resources = list('resources', 'search/app_resources');
  const held = list('grants', 'search/grants');
  const past = list('past grants', 'search/past-grants');
  const feed = list('feed', 'grants/feed');
  const byRisk = { sort: '-highestRisk' };
  return [
    people(''),
    people(', deep', {}, true),
    people(', over all apps', { appIds: [] }),
    people(', a frequent word', { query: 'person' }),
    people(', a frequent word by risk', { query: 'person', ...byRisk }),
    people(', a word of one in ten by risk', { query: 'person-7', ...byRisk }),
    people(', a rare word', { query: 'person-777@' }),
    people(', a rare word by risk', { query: 'person-777@', ...byRisk }),
    people(', a word of none', { query: 'nobody-here' }),
    people(', two letters of all', { query: 'pe', ...byRisk }),
    people(', two letters of none', { query: 'qz', ...byRisk }),
    people(', without owner', { owner: 'NONE', ...byRisk }),
    people(', orphaned', { owner: 'ORPHANED' }),
    people(', orphaned by risk', { owner: 'ORPHANED', ...byRisk }),
    people(', number of orphaned', { owner: 'ORPHANED', ...NUMBER }),
    people(', enabled users', { statuses: ['ENABLED'], types: ['USER'] }),
    people(', enabled users by risk', { statuses: ['ENABLED'], types: ['USER'], ...byRisk }),
    people(', disabled by risk', { statuses: ['DISABLED'], ...byRisk }),
    people(', service accounts', { types: ['SERVICE_ACCOUNT'] }),
    people(', service accounts by e-mail', { types: ['SERVICE_ACCOUNT'], sort: 'email' }),
    people(', system accounts by risk', { types: ['SYSTEM_ACCOUNT'], ...byRisk }),
    people(', system accounts by first seen', { types: ['SYSTEM_ACCOUNT'], sort: '-firstSeenAt' }),
    people(', disabled with a word', { statuses: ['DISABLED'], query: 'person', ...byRisk }),
    people(', critical', { highestRisks: ['CRITICAL'] }),
    people(', critical or high by grants', { highestRisks: ['CRITICAL', 'HIGH'], sort: '-grantCount' }),
    people(', number of critical', { highestRisks: ['CRITICAL'], ...NUMBER }),
    people(', low', { highestRisks: ['LOW'] }),
    people(', external', { onlyExternal: true }),
    people(', external by risk, deep', { onlyExternal: true, ...byRisk }, true),
    people(', with those gone', { includeRemoved: true, ...byRisk }),
    people(', with those gone, by name', { includeRemoved: true }),
    people(', of a domain', { domains: ['example.com'] }),
    people(', by e-mail', { sort: 'email' }),
    people(', by grants, deep', { sort: '-grantCount' }, true),
    people(', by risk', byRisk),
    people(', by first seen, deep', { sort: '-firstSeenAt' }, true),
    entitlements(''),
    entitlements(', by risk', { sort: '-riskLevel' }),
    entitlements(', by holders', { sort: '-grantCount' }),
    entitlements(', a word', { query: 'scope-17' }),
    entitlements(', critical', { riskLevels: ['CRITICAL'], sort: '-riskLevel' }),
    entitlements(', held by nobody', { held: 'NOT_HELD', sort: '-riskLevel' }),
    entitlements(', of a framework', { complianceFrameworks: ['SOC 2'], sort: '-riskLevel' }),
    entitlements(', with those gone', { includeRemoved: true, sort: '-riskLevel' }),
    resources(''),
    resources(', deep', {}, true),
    resources(', scopes', { resourceTypeIds: ['scope'] }),
    resources(', scopes and members', { resourceTypeIds: ['scope', 'member'] }),
    resources(', with those gone', { includeRemoved: true }),
    resources(', members with those gone', { resourceTypeIds: ['member'], includeRemoved: true }),
    resources(', a frequent word', { query: 'person' }),
    resources(', a rare word', { query: 'person-777@' }),
    resources(', two letters of none', { query: 'qz' }),
    held(''),
    held(', deep', {}, true),
    held(', of an account', { appUserIds: [accountId] }),
    held(', of an account by risk', { appUserIds: [accountId], sort: '-riskLevel' }),
    held(', of an account, a word', { appUserIds: [accountId], query: 'scope', sort: '-riskLevel' }),
    held(', of an entitlement', { entitlementIds: [entitlementId] }),
    held(', of an entitlement, deep', { entitlementIds: [entitlementId] }, true),
    held(', of an entitlement, a word', { entitlementIds: [entitlementId], query: 'person-7' }),
    held(', of an entitlement, a rare word', { entitlementIds: [entitlementId], query: 'person-77' }),
    held(', of an entitlement, two letters', { entitlementIds: [entitlementId], query: 'qz' }),
    held(', of an entitlement, oldest', { entitlementIds: [entitlementId], sort: 'grantedAt' }),
    held(', of an entitlement, direct', { entitlementIds: [indirectId], directOnly: true }),
    held(', critical', { riskLevels: ['CRITICAL'] }),
    held(', critical or high', { riskLevels: ['CRITICAL', 'HIGH'] }),
    held(', direct', { directOnly: true }),
    past(''),
    past(', of an account', { appUserIds: [accountId] }),
    past(', of an entitlement', { entitlementIds: [entitlementId] }),
    past(', of an entitlement, a word', { entitlementIds: [entitlementId], query: 'person-7' }),
    feed(''),
    feed(', of an account', { appUserIds: [accountId] }),
    feed(', of an entitlement', { entitlementIds: [entitlementId] }),
    { name: 'apps', path: '/api/v1/search/apps', body: {} },
    { name: 'an app', path: `/api/v1/apps/${appId}` },
    { name: 'resource types', path: `/api/v1/apps/${appId}/resource_types` },
    { name: 'home', path: '/api/v1/home' },
    { name: 'search over everything', path: '/api/v1/search/everything?query=person-777' },
    { name: 'search over everything, all', path: '/api/v1/search/everything?query=person' },
    { name: 'search over everything, two letters', path: '/api/v1/search/everything?query=qz' },
  ];
}
