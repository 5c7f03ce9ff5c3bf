import { scopeFamily } from './known-scope.ts';

/** Sending mail, and the domains and addresses it is sent from. */
export const sendingScopes = [
  ...scopeFamily('Sending', [
    ['mail.send', 'Send email', 'Can send email in the company’s name to any address.', 'high'],
    [
      'mail.batch.create',
      'Group sends into batches',
      'Can tie scheduled emails together, to pause or cancel them as one.',
      'low',
    ],
    [
      'mail.batch.read',
      'See send batches',
      'Sees which groups of scheduled emails exist, not what the emails say.',
      'low',
    ],
    [
      'mail.batch.update',
      'Change send batches',
      'Can rearrange groups of scheduled emails, so that a pause hits the wrong ones.',
      'low',
    ],
    [
      'mail.batch.delete',
      'Delete send batches',
      'Can dissolve a group of scheduled emails, so that it can no longer be stopped as one.',
      'medium',
    ],
  ]),
  ...scopeFamily('Scheduled sends', [
    [
      'user.scheduled_sends.create',
      'Pause or cancel a batch',
      'Can put a stop on a batch of mail that is waiting to go out.',
      'medium',
    ],
    ['user.scheduled_sends.read', 'See scheduled sends', 'Sees which batches of mail are paused or cancelled.', 'low'],
    [
      'user.scheduled_sends.update',
      'Pause or cancel scheduled sends',
      'Can stop mail that is about to go out.',
      'medium',
    ],
    [
      'user.scheduled_sends.delete',
      'Lift a stop on scheduled sends',
      'Can drop mail that is about to go out or release mail that somebody stopped on purpose.',
      'medium',
    ],
  ]),
  ...scopeFamily('Sending domains', [
    ['whitelabel.create', 'Authenticate sending domains', 'Can let the account send as a new domain.', 'high'],
    ['whitelabel.read', 'See authenticated domains', 'Sees which domains may send.', 'low'],
    ['whitelabel.update', 'Change domain authentication', 'Can change how our domains prove mail is genuine.', 'high'],
    ['whitelabel.delete', 'Remove domain authentication', 'Can make all our mail look forged to receivers.', 'high'],
  ]),
  ...scopeFamily('Sending IPs', [
    ['ips.create', 'Add sending IPs', 'Can buy further sending addresses.', 'high'],
    ['ips.read', 'See sending IPs', 'Sees the network addresses that mail leaves from and who uses them.', 'low'],
    [
      'ips.update',
      'Change sending IPs',
      'Can hand a sending address to another brand, whose bad mail then harms its reputation.',
      'high',
    ],
    ['ips.delete', 'Remove sending IPs', 'Can take sending addresses out of service.', 'high'],
    ['ips.assigned.read', 'See assigned IPs', 'Sees which sending addresses this account uses.', 'low'],
    ['ips.pools.create', 'Create IP pools', 'Can group sending addresses.', 'medium'],
    [
      'ips.pools.read',
      'See IP pools',
      'Sees how sending addresses are grouped, for example receipts apart from newsletters.',
      'low',
    ],
    [
      'ips.pools.update',
      'Rename IP pools',
      'Can rename a group of sending addresses; programs that ask for the old name fail to send.',
      'medium',
    ],
    [
      'ips.pools.delete',
      'Delete IP pools',
      'Can dissolve a group of sending addresses; mail that asks for it no longer goes out.',
      'high',
    ],
    [
      'ips.pools.ips.create',
      'Put IPs into pools',
      'Can add a sending address to a group, mixing bulk mail with important mail.',
      'medium',
    ],
    ['ips.pools.ips.read', 'See IPs in pools', 'Sees which sending addresses each group holds.', 'low'],
    [
      'ips.pools.ips.update',
      'Move IPs between pools',
      'Can move sending addresses between groups, so that mail leaves from an unknown address.',
      'medium',
    ],
    [
      'ips.pools.ips.delete',
      'Take IPs out of pools',
      'Can empty a group of sending addresses; the rest must carry its mail and may be blocked.',
      'medium',
    ],
    [
      'ips.warmup.create',
      'Start IP warm-up',
      'Can hold a sending address back to small daily amounts, which slows mail down.',
      'medium',
    ],
    [
      'ips.warmup.read',
      'See IP warm-up',
      'Sees which sending addresses are still limited while receivers get used to them.',
      'low',
    ],
    [
      'ips.warmup.update',
      'Change IP warm-up',
      'Can change how fast a new sending address takes on mail; too fast gets it blocked.',
      'medium',
    ],
    [
      'ips.warmup.delete',
      'Stop IP warm-up',
      'Can send in bulk from a new address at once, which receivers tend to block.',
      'medium',
    ],
  ]),
];
