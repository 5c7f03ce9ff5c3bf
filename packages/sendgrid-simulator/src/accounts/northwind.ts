import { addInvitation, addSubuser, addTeammate, newAccount } from '../account.ts';
import { addApiKey } from '../identifiers.ts';
import type { Account, SubuserRights, Teammate } from '../model.ts';
import { type AccessProfile, accessProfiles } from './access-profiles.ts';

const company = 'Northwind Outfitters';
const dayMs = 24 * 60 * 60 * 1000;

/** Staff whose access fits their work: name, profile, how they sign in. */
const staff: readonly (readonly [name: string, profile: AccessProfile, signIn: 'unified' | 'password' | 'sso'])[] = [
  ['Tomasz Wierzbicki', 'developer', 'sso'],
  ['Linnea Forsberg', 'developer', 'sso'],
  ['Diego Paredes', 'developer', 'sso'],
  ['Aiko Tanabe', 'developer', 'sso'],
  ['Ruben Claes', 'developer', 'unified'],
  ['Farah Siddiqui', 'developer', 'unified'],
  ['Jonas Meinhardt', 'integrator', 'sso'],
  ['Chiara Bellini', 'integrator', 'unified'],
  ['Olga Petrenko', 'integrator', 'sso'],
  ['Samuel Adeyemi', 'marketer', 'sso'],
  ['Ingrid Solheim', 'marketer', 'sso'],
  ['Beatriz Almeida', 'marketer', 'sso'],
  ['Kwame Boateng', 'marketer', 'unified'],
  ['Hannah Lindqvist', 'marketer', 'unified'],
  ['Matteo Ferri', 'marketer', 'password'],
  ['Priscilla Yeo', 'marketer', 'unified'],
  ['Callum Fraser', 'marketer', 'sso'],
  ['Nadia Haddad', 'designer', 'sso'],
  ['Emil Jansen', 'designer', 'unified'],
  ['Yuki Morita', 'designer', 'sso'],
  ['Grace Okonkwo', 'support', 'sso'],
  ['Liam Gallagher-Reyes', 'support', 'sso'],
  ['Sofia Marchetti', 'support', 'sso'],
  ['Dario Novak', 'support', 'sso'],
  ['Amara Diallo', 'support', 'unified'],
  ['Peter Hofstede', 'support', 'password'],
  ['Wei Ling Tan', 'support', 'unified'],
  ['Anna Kowalczyk', 'support', 'password'],
  ['Bruno Tavares', 'deliverability', 'sso'],
  ['Elif Aydin', 'deliverability', 'unified'],
  ['Margaret Ashdown', 'finance', 'sso'],
  ['Henrik Dahl', 'finance', 'unified'],
  ['Joana Reis', 'analyst', 'sso'],
  ['Arjun Mehta', 'analyst', 'sso'],
  ['Clara Weiss', 'analyst', 'unified'],
  ['Noah Bergeron', 'analyst', 'unified'],
  ['Ivana Horvat', 'security', 'sso'],
  ['Stefan Gruber', 'security', 'sso'],
];

function address(name: string, domain: string): string {
  return `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}@${domain}`;
}

function person(account: Account, name: string, domain: string, fields: Partial<Teammate>): Teammate {
  const [firstName = '', ...rest] = name.split(' ');
  const email = address(name, domain);
  const names = { firstName, lastName: rest.join(' ') };
  return addTeammate(account, { username: email, email, company, ...names, ...fields });
}

/**
 * A company of about 60 people with four brands as subusers. Most access fits the work; what does not is what a reviewer
 * should find. Times count from `nowMs`.
 */
export function northwindAccount(seed: number, nowMs: number): Account {
  const account = newAccount({ plan: 'pro', seed, company, newScopes: ['ai_assist.drafts.create', 'ai_assist.read'] });
  const subuser = (id: number, username: string, rest: { disabled?: boolean; region?: 'eu' } = {}) =>
    addSubuser(account, { id, username, email: `${username.split('@')[0]}@northwind.example.com`, ...rest });
  const trail = subuser(481_203, 'trailhead');
  const peak = subuser(481_377, 'peak-and-pine');
  const harbor = subuser(502_114, 'harbor_kids', { region: 'eu' });
  const outlet = subuser(377_020, 'outlet@northwind.example.com', { disabled: true });

  person(account, 'Marguerite Doyle', 'northwind.example.com', {
    username: 'northwind',
    isOwner: true,
    isAdmin: true,
    city: 'Portland',
    country: 'US',
    phone: '+1 555 0100',
  });
  for (const name of ['Anders Holm', 'Rosalind Chen', 'Victor Oyelaran']) {
    person(account, name, 'northwind.example.com', { isAdmin: true, isSso: true });
  }
  for (const [name, profile, signIn] of staff) {
    const shortName = name.toLowerCase().replaceAll(/[^a-z]+/g, '_');
    person(account, name, 'northwind.example.com', {
      ...(signIn === 'password' && { username: shortName }),
      isSso: signIn === 'sso',
      isUnified: signIn === 'unified',
      scopes: [...accessProfiles[profile]],
    });
  }
  addWorryingPeople(account);
  addBrandPeople(account, { trail: trail.id, peak: peak.id, harbor: harbor.id, outlet: outlet.id });

  addTeammate(trail.local, {
    username: 'trailhead-ops',
    email: 'ops@trailhead.example.org',
    firstName: 'Trailhead',
    lastName: 'Operations',
    scopes: [...accessProfiles.integrator],
  });
  addTeammate(trail.local, {
    username: 'mira.castellanos@trailhead.example.org',
    firstName: 'Mira',
    lastName: 'Castellanos',
    isUnified: true,
    scopes: [...accessProfiles.marketer],
  });
  addTeammate(outlet.local, {
    username: 'outlet-legacy',
    email: 'legacy@outlet.example.org',
    isAdmin: true,
  });

  const invite = (email: string, scopes: readonly string[], days: number, isAdmin = false) =>
    addInvitation(account, account, { email, scopes, isAdmin, expiresAtMs: nowMs + days * dayMs });
  invite('julia.brandt@northwind.example.com', accessProfiles.marketer, 6);
  invite('omar.farouk@northwind.example.com', accessProfiles.developer, 2);
  invite('new.agency@brightside.example.org', accessProfiles.integrator, 0.2);
  invite('interim.cto@consulting.example.org', [], -12, true);
  invite('paul.grant@northwind.example.com', accessProfiles.finance, -210);

  for (const [name, scopes] of [
    ['production-mailer', ['mail.send']],
    ['billing-export-2021', account.catalogue.filter((scope) => scope.startsWith('billing.'))],
    ['zapier (created by D. Marlowe)', ['mail.send', 'marketing.read', 'api_keys.create', 'teammates.read']],
    ['stats-warehouse', ['stats.read', 'stats.global.read']],
  ] as const) {
    addApiKey(account, account, name, scopes);
  }
  account.accessRequests.set(71, {
    id: 71,
    username: 'nadia.haddad@northwind.example.com',
    scopeGroupName: 'Suppressions',
    scopes: account.catalogue.filter((scope) => scope.startsWith('suppression.')),
  });
  account.accessRequests.set(74, {
    id: 74,
    username: 'kwame.boateng@northwind.example.com',
    scopeGroupName: 'API Keys',
    scopes: account.catalogue.filter((scope) => scope.startsWith('api_keys.')),
  });
  return account;
}

function addWorryingPeople(account: Account): void {
  const { developer, marketer, support, finance, analyst, integrator } = accessProfiles;
  // A contractor whose work ended, and who can still make keys.
  person(account, 'Derek Marlowe', 'contractors.example.org', { username: 'dmarlowe-ext', scopes: [...integrator] });
  // An intern with all rights.
  person(account, 'Timothy Vance', 'northwind.example.com', { username: 'tim_intern', isAdmin: true });
  // A shared sign-in with all rights, and nobody's name.
  person(account, 'Shared Mailbox', 'northwind.example.com', { username: 'it-shared', isAdmin: true });
  // An agency, outside the company.
  person(account, 'Selma Brightside', 'brightside.example.org', {
    isUnified: true,
    scopes: [...marketer, 'api_keys.create'],
  });
  person(account, 'Jakob Brightside', 'brightside.example.org', {
    isUnified: true,
    scopes: [...marketer, 'teammates.create', 'teammates.update'],
  });
  person(account, 'Campaign Desk', 'brightside.example.org', { username: 'brightside_desk', scopes: [...marketer] });
  // Billing rights in marketing.
  person(account, 'Lucia Romano', 'northwind.example.com', {
    isSso: true,
    scopes: [...marketer, 'billing.update', 'billing.read'],
  });
  // Support who can erase people and open the address list of who may sign in.
  person(account, 'Piotr Zielinski', 'northwind.example.com', {
    isUnified: true,
    scopes: [...support, 'recipients.erasejob.create', 'access_settings.whitelist.delete'],
  });
  // An analyst who can weaken sign-in for all, and scopes that no list knows yet.
  person(account, 'Zanele Khumalo', 'northwind.example.com', {
    isSso: true,
    scopes: [...analyst, 'sso.settings.update', 'ai_assist.drafts.create', 'ai_assist.read'],
  });
  // Moved from development to finance and kept both.
  person(account, 'Oskar Lund', 'northwind.example.com', {
    isUnified: true,
    scopes: [...new Set([...developer, ...finance])],
  });
  // Signs in at a partner.
  person(account, 'Renata Silveira', 'resellers.example.org', { isPartnerSso: true, scopes: [...support] });
}

function addBrandPeople(account: Account, ids: Readonly<Record<'trail' | 'peak' | 'harbor' | 'outlet', number>>): void {
  const admin: SubuserRights = { permissionType: 'admin', scopes: [] };
  const restricted = (profile: AccessProfile): SubuserRights => ({
    permissionType: 'restricted',
    scopes: [...accessProfiles[profile]],
  });
  const brandPerson = (
    name: string,
    access: readonly (readonly [number, SubuserRights])[],
    domain = 'northwind.example.com',
  ) => person(account, name, domain, { isSso: true, isRestricted: true, access: new Map(access) });
  brandPerson('Hugo Lefebvre', [[ids.trail, admin]]);
  brandPerson('Astrid Nyberg', [
    [ids.trail, restricted('marketer')],
    [ids.peak, restricted('marketer')],
  ]);
  brandPerson('Esther Kimani', [[ids.peak, admin]]);
  brandPerson('Marco Silvestri', [[ids.harbor, restricted('analyst')]]);
  brandPerson('Fiona Maclean', [
    [ids.harbor, admin],
    [ids.peak, restricted('support')],
  ]);
  // The outlet was switched off, yet its people still reach it.
  brandPerson('Gerald Pike', [[ids.outlet, admin]]);
  brandPerson(
    'Niamh Brightside',
    [
      [ids.outlet, restricted('integrator')],
      [ids.trail, restricted('designer')],
    ],
    'brightside.example.org',
  );
}
