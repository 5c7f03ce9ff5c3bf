import { addInvitation, addSubuser, addTeammate, newAccount } from '../account.ts';
import type { Account } from '../model.ts';
import type { Plan } from '../scope-names.ts';
import { type AccessProfile, accessProfiles } from './access-profiles.ts';

export interface Sizes {
  /** All teammates of the account: the owner, admins and restricted ones included. */
  readonly teammates: number;
  /** Of them admins, the owner included. */
  readonly admins: number;
  readonly subusers: number;
  /** Teammates that exist only inside a subuser, over all subusers. */
  readonly localTeammates: number;
  readonly invitations: number;
}

const hourMs = 60 * 60 * 1000;

/** The same numbers for the same seed (mulberry32). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** An account of any size, made in milliseconds. */
export function generatedAccount(sizes: Sizes, plan: Plan, seed: number, nowMs: number): Account {
  const random = randomNumbers(seed);
  const profiles = Object.keys(accessProfiles) as AccessProfile[];
  const teammateLimit = plan === 'free' ? 1 : Math.max(1000, 2 * (sizes.teammates + sizes.invitations));
  const account = newAccount({ plan, seed, company: 'Example Company', teammateLimit });
  const assignable = new Set(account.catalogue);
  const someScopes = () => {
    const profile = profiles[random(profiles.length)] ?? 'support';
    return accessProfiles[profile].filter((scope) => assignable.has(scope));
  };

  const subuserIds: number[] = [];
  const locals = [];
  for (let n = 1; n <= sizes.subusers; n += 1) {
    const id = 100_000 + n * 7;
    const username = `brand-${n}`;
    const region = random(5) === 0 ? 'eu' : 'global';
    const { local } = addSubuser(account, {
      id,
      username,
      email: `${username}@example.com`,
      region,
      disabled: random(20) === 0,
    });
    subuserIds.push(id);
    locals.push(local);
  }
  for (let n = 1; n <= sizes.teammates; n += 1) {
    const email = `person-${n}@example.com`;
    const isAdmin = n <= sizes.admins;
    const isSso = plan === 'pro' && random(2) === 0;
    const isUnified = !isSso && random(3) > 0;
    const isRestricted = isSso && !isAdmin && subuserIds.length > 0 && random(4) === 0;
    const teammate = addTeammate(account, {
      username: isSso || isUnified ? email : `person_${n}`,
      email,
      firstName: `First${n}`,
      lastName: `Last${n}`,
      isOwner: n === 1,
      isAdmin,
      isSso,
      isUnified,
      isRestricted,
      scopes: isAdmin || isRestricted ? [] : someScopes(),
    });
    for (let entries = isRestricted ? 1 + random(3) : 0; entries > 0; entries -= 1) {
      const id = subuserIds[random(subuserIds.length)] ?? 0;
      const isFull = random(2) === 0;
      teammate.access.set(
        id,
        isFull ? { permissionType: 'admin', scopes: [] } : { permissionType: 'restricted', scopes: someScopes() },
      );
    }
  }
  for (let n = 1; n <= sizes.localTeammates; n += 1) {
    const local = locals[(n - 1) % locals.length];
    if (local) addTeammate(local, { username: `local-${n}`, email: `local-${n}@example.org`, scopes: someScopes() });
  }
  for (let n = 1; n <= sizes.invitations; n += 1) {
    const expiresAtMs = nowMs + (random(14 * 24) - 7 * 24) * hourMs;
    addInvitation(account, account, {
      email: `invited-${n}@example.com`,
      scopes: someScopes(),
      isAdmin: false,
      expiresAtMs,
    });
  }
  return account;
}
