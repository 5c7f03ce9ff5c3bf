import { scopeFamily } from './known-scope.ts';

/** The separate sending accounts of brands or customers. */
export const subuserScopes = scopeFamily('Subusers', [
  ['subusers.create', 'Create subusers', 'Can open a new sending account under the company.', 'high'],
  ['subusers.read', 'See subusers', 'Sees the list of brands’ sending accounts.', 'low'],
  [
    'subusers.update',
    'Change subusers',
    'Can disable a brand’s sending account or change its website and IPs.',
    'high',
  ],
  ['subusers.delete', 'Delete subusers', 'Can remove a brand’s sending account with its history.', 'critical'],
  [
    'subusers.credits.create',
    'Give subusers credits',
    'Can set an allowance of emails for a brand, taken from the company’s plan.',
    'medium',
  ],
  [
    'subusers.credits.read',
    'See subusers’ credits',
    'Sees how many emails each brand may send and when that starts anew.',
    'low',
  ],
  [
    'subusers.credits.update',
    'Change subusers’ credits',
    'Can raise a brand’s allowance until the plan is spent, or lower it until its mail stops.',
    'high',
  ],
  [
    'subusers.credits.delete',
    'Remove subusers’ credits',
    'Can take away the allowance of a brand, whose mail then stops or has no ceiling.',
    'high',
  ],
  [
    'subusers.credits.remaining.create',
    'Top up subusers’ remaining credits',
    'Can give a brand further emails for this period at the company’s cost.',
    'medium',
  ],
  [
    'subusers.credits.remaining.read',
    'See subusers’ remaining credits',
    'Sees how many emails each brand can still send this period.',
    'low',
  ],
  [
    'subusers.credits.remaining.update',
    'Change subusers’ remaining credits',
    'Can set what a brand may still send this period, down to nothing.',
    'medium',
  ],
  [
    'subusers.credits.remaining.delete',
    'Remove subusers’ remaining credits',
    'Can use up a brand’s allowance at a stroke; its mail stops until the next period.',
    'high',
  ],
  [
    'subusers.monitor.create',
    'Create subuser monitors',
    'Can have samples of a brand’s mail copied to any address.',
    'high',
  ],
  ['subusers.monitor.read', 'See subuser monitors', 'Sees who gets samples of a brand’s mail.', 'low'],
  [
    'subusers.monitor.update',
    'Change subuser monitors',
    'Can send samples of a brand’s mail to another address or more often.',
    'high',
  ],
  [
    'subusers.monitor.delete',
    'Delete subuser monitors',
    'Can end the watch over what a brand sends, so that abuse goes unseen.',
    'medium',
  ],
  [
    'subusers.reputations.read',
    'See subusers’ reputation',
    'Sees a score for each brand of how welcome its mail is.',
    'low',
  ],
  [
    'subusers.stats.read',
    'See subusers’ figures',
    'Sees how much each brand sends and how it is received, day by day.',
    'low',
  ],
  ['subusers.stats.monthly.read', 'See subusers’ monthly figures', 'Sees each brand’s sending by the month.', 'low'],
  [
    'subusers.stats.sums.read',
    'See subusers’ totals',
    'Sees sums over a period for each brand, good for comparing them.',
    'low',
  ],
  [
    'subusers.summary.read',
    'See subuser summary',
    'Sees an overview of all brands’ sending accounts in one place.',
    'low',
  ],
]);
