import type { CatalogEntry } from '@baton-ts/console-api';

/** What can be added (`governance.md §2.2`). */
export const catalogue: readonly CatalogEntry[] = [
  {
    catalogId: 'sendgrid',
    displayName: 'Twilio SendGrid',
    description:
      'Teammates, invitations, permission scopes, roles, subusers and API keys. Can invite, grant, revoke and remove.',
    docsUrl: '/connectors/guide/sendgrid',
    keywords: ['sendgrid', 'twilio', 'mail', 'email', 'teammates', 'scopes', 'subusers', 'hosted', 'cloud'],
  },
  {
    catalogId: 'baton',
    displayName: 'Baton',
    description:
      'Run any Baton connector, such as baton-sendgrid, on your own machines. It calls out; no port is opened.',
    docsUrl: '/connectors/guide/baton',
    keywords: ['baton', 'self-hosted', 'own', 'custom', 'on-premises', 'service mode', 'client id'],
  },
];

/** Entries in which every word of the query begins some word of theirs. */
export function searchCatalogue(query: string): CatalogEntry[] {
  const words = wordsOf(query);
  return catalogue.filter(({ displayName, description, keywords }) => {
    const known = [displayName, description, ...keywords].flatMap(wordsOf);
    return words.every((word) => known.some((one) => one.startsWith(word)));
  });
}

export function catalogueEntry(catalogId: CatalogEntry['catalogId']): CatalogEntry {
  const entry = catalogue.find((one) => one.catalogId === catalogId);
  if (entry === undefined) throw new TypeError(`The catalogue has no ${catalogId}.`);
  return entry;
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}
