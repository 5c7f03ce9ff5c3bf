import { scopeFamily } from './known-scope.ts';

/** Figures, warnings about them, and the streams of events they come from. */
export const reportScopes = [
  ...scopeFamily('Statistics', [
    ['stats.read', 'See statistics', 'Sees sending and engagement figures.', 'low'],
    [
      'stats.global.read',
      'See figures of the whole account',
      'Sees how much the company mails and how it is received, over all brands and labels.',
      'low',
    ],
    [
      'browsers.stats.read',
      'See figures by browser',
      'Sees which web browsers recipients click with; sums only, no names.',
      'low',
    ],
    [
      'clients.stats.read',
      'See figures by mail program',
      'Sees which mail programs recipients read with; sums only, no names.',
      'low',
    ],
    [
      'clients.desktop.stats.read',
      'See figures of desktop mail programs',
      'Sees how much mail is read on desktop computers, by program.',
      'low',
    ],
    [
      'clients.phone.stats.read',
      'See figures of phone mail programs',
      'Sees how much mail is read on phones, by program.',
      'low',
    ],
    [
      'clients.tablet.stats.read',
      'See figures of tablet mail programs',
      'Sees how much mail is read on tablets, by program.',
      'low',
    ],
    [
      'clients.webmail.stats.read',
      'See figures of webmail',
      'Sees how much mail is read in a web page, by service.',
      'low',
    ],
    [
      'devices.stats.read',
      'See figures by device',
      'Sees whether recipients use computers, phones or tablets; sums only.',
      'low',
    ],
    [
      'geo.stats.read',
      'See figures by country',
      'Sees in which countries and regions mail is opened; sums only.',
      'low',
    ],
    [
      'mailbox_providers.stats.read',
      'See figures by mailbox provider',
      'Sees how well Gmail, Outlook and other providers accept our mail.',
      'low',
    ],
  ]),
  ...scopeFamily('Deliverability insights', [
    [
      'di.bounce_block_classification.read',
      'See reasons for bounces',
      'Sees why mail was refused, grouped by cause such as reputation or full mailboxes.',
      'low',
    ],
  ]),
  ...scopeFamily('Alerts', [
    [
      'alerts.create',
      'Create alerts',
      'Can have usage figures mailed regularly to any address, also outside the company.',
      'medium',
    ],
    ['alerts.read', 'See alerts', 'Sees who is warned about credits and statistics, with their addresses.', 'low'],
    [
      'alerts.update',
      'Change alerts',
      'Can redirect a warning or raise its threshold, so that nobody notices the plan running out.',
      'medium',
    ],
    ['alerts.delete', 'Delete alerts', 'Can silence the warning that the plan is running out of emails.', 'medium'],
  ]),
  ...scopeFamily('Webhooks', [
    [
      'user.webhooks.event.settings.create',
      'Create event webhooks',
      'Can copy every delivery event to any server. Events carry recipients’ addresses.',
      'high',
    ],
    [
      'user.webhooks.event.settings.read',
      'See event webhooks',
      'Sees which servers get delivery events, with their addresses.',
      'medium',
    ],
    [
      'user.webhooks.event.settings.update',
      'Change event webhooks',
      'Can turn the stream of delivery events, with recipients’ addresses, to any server.',
      'high',
    ],
    [
      'user.webhooks.event.settings.delete',
      'Delete event webhooks',
      'Can cut off systems that act on bounces and opt-outs; they then mail people who refused.',
      'high',
    ],
    [
      'user.webhooks.event.test.create',
      'Send event webhook tests',
      'Can make SendGrid call any server with made-up events, which a system may take for real.',
      'medium',
    ],
    [
      'user.webhooks.event.test.read',
      'See event webhook tests',
      'Sees trial calls that were made to event servers.',
      'low',
    ],
    [
      'user.webhooks.event.test.update',
      'Change event webhook tests',
      'Can alter trial calls to event servers, for example where they go.',
      'medium',
    ],
    [
      'user.webhooks.event.test.delete',
      'Delete event webhook tests',
      'Can remove trial calls to event servers; real events go on.',
      'low',
    ],
    [
      'user.webhooks.parse.settings.create',
      'Create inbound mail routing',
      'Can have mail that arrives at one of our host names handed to any server.',
      'high',
    ],
    [
      'user.webhooks.parse.settings.read',
      'See inbound mail routing',
      'Sees which servers get the replies and mail sent to us.',
      'medium',
    ],
    [
      'user.webhooks.parse.settings.update',
      'Change inbound mail routing',
      'Can redirect replies and inbound mail to any server.',
      'high',
    ],
    [
      'user.webhooks.parse.settings.delete',
      'Delete inbound mail routing',
      'Can make replies and inbound mail vanish before any system sees them.',
      'high',
    ],
    [
      'user.webhooks.parse.stats.read',
      'See inbound mail figures',
      'Sees how much mail came in through each route; no senders, no texts.',
      'low',
    ],
  ]),
];
