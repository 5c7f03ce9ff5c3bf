import type { Command } from './command.ts';

export const reviewCommand: Command = {
  name: 'review',
  summary: 'Write one page about who can do what, for a reviewer or an auditor',
  usage: 'review [--out FILE] [--format html|md] [--domain DOMAIN]... [flags]',
  details:
    'One page about one sync: what was synced when, how complete it is, who has access by risk, admins, people from outside,\n' +
    'invitations, what changed since the sync before, and the rows that each number stands for. HTML without scripts and\n' +
    'without anything from the network, or Markdown. The same file and flags give the same page, byte for byte; the page\n' +
    'names the SHA-256 of the file. A page that exists already is kept, unless you give --force.',
  flags: [
    {
      name: 'out',
      kind: 'string',
      group: 'Page',
      description: 'Where to write the page; otherwise review.html or review.md. - is standard output',
    },
    {
      name: 'format',
      kind: 'string',
      oneOf: ['html', 'md'],
      group: 'Page',
      description: 'html or md; otherwise by the name of the page, html for names that do not tell',
    },
    {
      name: 'domain',
      kind: 'strings',
      group: 'Page',
      description: 'A mail domain of the company, and what lies below it; repeat it. Otherwise the most common one',
    },
    { name: 'title', kind: 'string', group: 'Page', description: 'The title of the page' },
    { name: 'force', kind: 'bool', group: 'Page', description: 'Replace a page that exists already' },
  ],
  run: async (context) => (await import('../review/write-review.ts')).writeReview(context),
};
