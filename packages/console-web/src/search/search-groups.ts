import type { EndpointResponse } from '@baton-ts/console-api';
import { scopeName } from '../pages/apps/entitlement-text.ts';

/** One thing that the search leads to. */
export interface Hit {
  readonly key: string;
  readonly label: string;
  readonly detail?: string;
  readonly href: string;
}

export interface Group {
  readonly name: string;
  readonly hits: readonly Hit[];
}

type Found = EndpointResponse<'GET /api/v1/search/everything'>;

/** What the server found, people first. */
export function groupsOf({ people, accounts, entitlements, apps, connectors, ownAccounts }: Found): readonly Group[] {
  return [
    {
      name: 'People',
      hits: people.map(({ id, displayName, email }) => ({
        key: id,
        label: displayName,
        detail: email,
        href: `/users/${id}`,
      })),
    },
    {
      name: 'My accounts',
      hits: ownAccounts.map(({ id, displayName, appDisplayName }) => ({
        key: `own ${id}`,
        label: displayName,
        detail: appDisplayName,
        href: `/my-accounts/${id}`,
      })),
    },
    {
      name: 'Accounts',
      hits: accounts.map(({ id, appId, displayName, email }) => ({
        key: id,
        label: displayName,
        detail: email,
        href: `/apps/${appId}/accounts/${id}`,
      })),
    },
    {
      name: 'Permissions',
      hits: entitlements.map((entitlement) => ({
        key: entitlement.id,
        label: entitlement.displayName,
        detail: scopeName(entitlement),
        href: `/apps/${entitlement.appId}/entitlements/${entitlement.id}`,
      })),
    },
    {
      name: 'Apps',
      hits: apps.map(({ id, displayName }) => ({ key: id, label: displayName, href: `/apps/${id}` })),
    },
    {
      name: 'Connectors',
      hits: connectors.map(({ id, appId, displayName }) => ({
        key: id,
        label: displayName,
        href: `/apps/${appId}/connectors/${id}`,
      })),
    },
  ];
}

/** Those whose label has each of the words. */
export function matching(hits: readonly Hit[], text: string): readonly Hit[] {
  const words = text.toLowerCase().split(/\s+/);
  return hits.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word))).slice(0, 5);
}
