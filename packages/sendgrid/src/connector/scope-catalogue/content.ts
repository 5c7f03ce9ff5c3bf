import { scopeFamily } from './known-scope.ts';

/** What mail says, and to whom campaigns go. */
export const contentScopes = [
  ...scopeFamily('Templates', [
    ['templates.create', 'Create templates', 'Can add new templates.', 'low'],
    [
      'templates.read',
      'See templates',
      'Sees the wording and design that emails are made from, unpublished drafts included.',
      'low',
    ],
    ['templates.update', 'Change templates', 'Can edit the templates that live email is made from.', 'medium'],
    ['templates.delete', 'Delete templates', 'Can delete templates in use; mail that needs them fails.', 'medium'],
    [
      'templates.versions.create',
      'Create template versions',
      'Can write a new wording for a template, which goes out when it is made the active one.',
      'medium',
    ],
    ['templates.versions.read', 'See template versions', 'Sees older and coming wordings of templates.', 'low'],
    [
      'templates.versions.update',
      'Change template versions',
      'Can alter a wording, such as a link in a live email, which recipients then trust.',
      'medium',
    ],
    [
      'templates.versions.delete',
      'Delete template versions',
      'Can destroy earlier wordings, so that a bad change cannot be put back.',
      'medium',
    ],
    [
      'templates.versions.activate.create',
      'Publish template versions',
      'Can change the wording of live email at once.',
      'medium',
    ],
    [
      'templates.versions.activate.read',
      'See live template versions',
      'Sees which wording of a template goes out now.',
      'low',
    ],
    [
      'templates.versions.activate.update',
      'Switch live template versions',
      'Can make another wording the live one, approved or not.',
      'medium',
    ],
    [
      'templates.versions.activate.delete',
      'Withdraw live template versions',
      'Can leave a template without a live wording, so that emails made from it fail.',
      'medium',
    ],
  ]),
  ...scopeFamily('Design library', [
    ['design_library.create', 'Create designs', 'Can add layouts that others build emails from.', 'low'],
    [
      'design_library.read',
      'See designs',
      'Sees saved email layouts, including those of campaigns not announced yet.',
      'low',
    ],
    [
      'design_library.update',
      'Change designs',
      'Can alter links and pictures in shared layouts, which the next campaigns then carry.',
      'medium',
    ],
    [
      'design_library.delete',
      'Delete designs',
      'Can destroy saved layouts that the team would have to build again.',
      'low',
    ],
  ]),
  ...scopeFamily('Marketing campaigns', [
    ['marketing.read', 'See marketing campaigns', 'Sees campaigns, lists and contacts, with personal data.', 'medium'],
    [
      'marketing.automation.read',
      'See marketing automations',
      'Sees which emails go out by themselves, to whom and when.',
      'low',
    ],
    [
      'marketing_campaigns.create',
      'Create marketing campaigns (older)',
      'Can set up a mailing to whole contact lists and upload contacts.',
      'high',
    ],
    [
      'marketing_campaigns.read',
      'See marketing campaigns (older)',
      'Sees campaigns with their texts and the personal data of contacts on their lists.',
      'medium',
    ],
    [
      'marketing_campaigns.update',
      'Change marketing campaigns (older)',
      'Can rewrite or send out a campaign that others prepared, to every contact on its lists.',
      'high',
    ],
    [
      'marketing_campaigns.delete',
      'Delete marketing campaigns (older)',
      'Can destroy campaigns, contact lists and the figures that belong to them.',
      'medium',
    ],
  ]),
  ...scopeFamily('Newsletter (old)', [
    [
      'newsletter.create',
      'Create newsletters',
      'Can prepare a mailing to newsletter subscribers in SendGrid’s retired newsletter tool.',
      'medium',
    ],
    ['newsletter.read', 'See newsletters', 'Sees old newsletters and the subscribers they went to.', 'medium'],
    [
      'newsletter.update',
      'Change newsletters',
      'Can rewrite or reschedule an old-style newsletter before it reaches subscribers.',
      'medium',
    ],
    [
      'newsletter.delete',
      'Delete newsletters',
      'Can destroy old newsletters together with their subscriber lists.',
      'low',
    ],
  ]),
  ...scopeFamily('Categories', [
    [
      'categories.create',
      'Create categories',
      'Can add labels that emails are counted under; stray labels make reports hard to read.',
      'low',
    ],
    [
      'categories.read',
      'See categories',
      'Sees the labels that emails are counted under, which may name projects or customers.',
      'low',
    ],
    [
      'categories.update',
      'Change categories',
      'Can rename labels, so that figures before and after no longer compare.',
      'low',
    ],
    ['categories.delete', 'Delete categories', 'Can remove labels, so that their figures drop out of reports.', 'low'],
    [
      'categories.stats.read',
      'See figures by category',
      'Sees how many emails under each label were delivered, opened and clicked, day by day.',
      'low',
    ],
    [
      'categories.stats.sums.read',
      'See totals by category',
      'Sees sums over a period for each label, good for ranking campaigns.',
      'low',
    ],
  ]),
  ...scopeFamily('Email testing', [
    [
      'email_testing.read',
      'See email tests',
      'Sees pictures of how drafts look in mail programs, and so what they say.',
      'low',
    ],
    [
      'email_testing.write',
      'Run email tests',
      'Can render a draft in many mail programs, which uses up paid tests.',
      'low',
    ],
  ]),
];
