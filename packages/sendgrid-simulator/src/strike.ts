import { findTeammate } from './account.ts';
import type { Answer, Call } from './call.ts';
import type { Fault, TeammateChange } from './faults.ts';
import { isJsonObject } from './json.ts';
import type { Account, Realm, Teammate } from './model.ts';

/** Changes a teammate behind everybody's back. False when there is no such teammate. */
export function changeTeammate(realm: Realm, username: string, change: TeammateChange): boolean {
  const teammate = realm.teammates.get(username);
  if (!teammate) return false;
  const removed = new Set(change.removeScopes);
  const scopes = change.scopes ?? teammate.scopes;
  teammate.scopes = [...new Set([...scopes, ...(change.addScopes ?? [])])].filter((scope) => !removed.has(scope));
  if (change.isAdmin !== undefined) {
    teammate.isAdmin = change.isAdmin;
    if (change.isAdmin) teammate.scopes = [];
  }
  if (change.deleted) realm.teammates.delete(username);
  return true;
}

/** Runs the route with the faults that bear on what it reads, writes and shows. */
export function handleWithFaults(call: Call, faults: readonly Fault[], handle: (call: Call) => Answer): Answer {
  const username = call.names[0] ?? '';
  for (const fault of faults) {
    if (fault.kind === 'vanish') call.realm.teammates.delete(username);
    if (fault.kind === 'other-writer' && fault.when === 'before') otherWriter(call, fault.change);
    if (fault.kind === 'ignore-offset') call.query.delete('offset');
  }
  const isEchoOnly = faults.some(({ kind }) => kind === 'echo-only');
  const before = isEchoOnly ? findTeammate(call.account, call, username) : undefined;
  const kept = before && structuredClone(before);
  let answer = handle(call);
  if (before && kept) restore(call.realm, before, kept);
  for (const fault of faults) {
    if (fault.kind === 'other-writer' && fault.when === 'after') otherWriter(call, fault.change);
    if (fault.kind === 'remove-between-pages') removeFirst(call.account, call.realm, answer.body);
    if (fault.kind === 'cursor') answer = { ...answer, body: withCursor(answer.body, fault.form) };
  }
  return answer;
}

function otherWriter({ realm, names }: Call, change: TeammateChange): void {
  changeTeammate(realm, change.username ?? names[0] ?? '', change);
}

function restore(realm: Realm, teammate: Teammate, kept: Teammate): void {
  Object.assign(teammate, kept);
  realm.teammates.set(teammate.username, teammate);
}

function rowsOf(body: unknown): readonly unknown[] {
  const rows = isJsonObject(body) ? body.result : body;
  return Array.isArray(rows) ? rows : [];
}

function removeFirst(account: Account, realm: Realm, body: unknown): void {
  for (const row of rowsOf(body)) {
    if (!isJsonObject(row)) continue;
    const { username, token } = row;
    if (typeof token === 'string' && realm.invitations.delete(token)) return;
    if (typeof username !== 'string') continue;
    if (account.subusers.delete(username)) return;
    const teammate = realm.teammates.get(username);
    if (teammate && !teammate.isOwner) {
      realm.teammates.delete(username);
      return;
    }
  }
}

/** The forms in which a cursor was seen (`sendgrid-api.md §4.6`). */
function withCursor(body: unknown, form: string): unknown {
  if (!isJsonObject(body)) return body;
  const { _metadata: metadata, ...rest } = body;
  if (form === 'missing') return rest;
  const params = isJsonObject(metadata) && isJsonObject(metadata.next_params) ? metadata.next_params : {};
  const { after_subuser_id: after } = params;
  if (form === 'stuck') {
    const first = rowsOf(body.subuser_access)[0];
    const stuckAt = isJsonObject(first) ? first.id : 1;
    return { ...rest, _metadata: { next_params: { ...params, after_subuser_id: stuckAt } } };
  }
  if (form === 'null') return { ...rest, _metadata: { next_params: { ...params, after_subuser_id: null } } };
  if (form === 'string' && typeof after === 'number') {
    return { ...rest, _metadata: { next_params: { ...params, after_subuser_id: String(after) } } };
  }
  return body;
}
