import type { SyncSession } from '@baton-ts/connector-sdk';
import { BatonError, Code } from '@baton-ts/connector-sdk';
import * as z from 'zod';
import { listedTeammate, subuser, subuserAccessEntry, teammateDetail } from '../api/schemas.ts';

/** Everything that a sync learned about one teammate: grants are made of this, without another request. */
export const teammateFacts = z.object({
  person: listedTeammate.extend({ is_read_only: teammateDetail.shape.is_read_only }),
  /** What the detail call lists; empty for admins, whose scopes are those of their role. */
  scopes: z.array(z.string()),
  /** The subusers a restricted teammate may act in; null when access is not restricted. */
  access: z.array(subuserAccessEntry).nullable(),
  /** The subuser in which the teammate exists; null for teammates of the account itself. */
  home: z.object({ id: z.string(), username: z.string() }).nullable(),
  /** For teammates of a subuser: the ids of the subusers that show them as admin. */
  adminOf: z.array(z.string()),
});
export type TeammateFacts = z.infer<typeof teammateFacts>;

/** One page of the account's teammates as SendGrid answered it. */
export const storedPage = z.object({ items: z.array(listedTeammate), nextOffset: z.number().nullable() });
export type StoredPage = z.infer<typeof storedPage>;

export const storedTeammates = z.array(listedTeammate);
export const storedSubusers = z.array(subuser);
export const storedNames = z.array(z.string());

/** Names of what the sync session holds. */
export const sessionKey = {
  teammatePage: (offset: number) => `teammate-page/${offset}`,
  teammate: (username: string) => `teammate/${username}`,
  localTeammate: (username: string) => `local-teammate/${username}`,
  subuserTeammates: (subuserId: string) => `subuser-teammates/${subuserId}`,
  subusers: 'subusers',
  subusersRefused: 'subusers-refused',
  scopeSeen: (name: string) => `scope-seen/${name}`,
  accountCatalogue: 'account-catalogue',
  invitation: (token: string) => `invitation/${token}`,
} as const;

export function store<T>(session: SyncSession, key: string, value: T): T {
  session.set(key, JSON.stringify(value));
  return value;
}

export function stored<T>(session: SyncSession, key: string, schema: z.ZodType<T>): T | undefined {
  const text = session.get(key);
  if (text === undefined) return undefined;
  const parsed = schema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new BatonError(
    Code.DataLoss,
    `What the interrupted sync had stored under ${JSON.stringify(key)} cannot be read by this version. Start a new sync.`,
    { cause: parsed.error },
  );
}

const rememberedScopes = new WeakMap<SyncSession, Set<string>>();

/** Remembers that these scopes exist in the account, known to us or not; each is written once per sync. */
export function rememberScopes(session: SyncSession, names: Iterable<string>): void {
  const remembered = rememberedScopes.get(session) ?? new Set<string>();
  rememberedScopes.set(session, remembered);
  for (const name of names) {
    if (remembered.has(name)) continue;
    remembered.add(name);
    session.set(sessionKey.scopeSeen(name), '1');
  }
}
