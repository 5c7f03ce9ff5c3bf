import type { CatalogEntry } from '@baton-ts/console-api';

/** What can be added (`governance.md §2.2`). */
export const catalogue: readonly CatalogEntry[] = [
  {
    catalogId: 'sendgrid',
    displayName: 'Twilio SendGrid',
    description:
      'Teammates, invitations, permissions, subusers and API keys of a SendGrid account. Runs inside the console.',
    docsUrl: 'https://www.twilio.com/docs/sendgrid/ui/account-and-settings/teammates',
    keywords: ['sendgrid', 'twilio', 'mail', 'email', 'teammates', 'scopes', 'subusers', 'hosted', 'cloud'],
  },
  {
    catalogId: 'baton',
    displayName: 'Baton',
    description: 'A Baton connector that you run yourself, for any system. It calls the console; nothing calls it.',
    docsUrl: 'https://www.conductorone.com/docs/baton/intro/',
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
