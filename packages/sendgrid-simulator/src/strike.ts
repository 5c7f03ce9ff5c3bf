import type { Answer, Call } from './call.ts';
import type { Fault, TeammateChange } from './faults.ts';
import { isJsonObject } from './json.ts';
import type { Account, Realm } from './model.ts';

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
  for (const { id, permissionType, scopes: rights = [] } of change.addAccess ?? []) {
    teammate.access.set(id, { permissionType, scopes: [...rights] });
  }
  for (const id of change.removeAccess ?? []) teammate.access.delete(id);
  if (change.isRestricted !== undefined) teammate.isRestricted = change.isRestricted;
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
  const restore = faults.some(({ kind }) => kind === 'echo-only') ? snapshot(call) : undefined;
  let answer = handle(call);
  restore?.();
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

/** Returns what puts everything back that a write may change. */
function snapshot({ account, realm }: Call): () => void {
  const putBack = [
    snapshotOf(realm.teammates),
    snapshotOf(realm.invitations),
    snapshotOf(realm.apiKeys),
    snapshotOf(account.subusers),
  ];
  return () => {
    for (const put of putBack) put();
  };
}

/** The same objects in the same order afterwards, with the values that they have now. */
function snapshotOf<Value extends object>(map: Map<string, Value>): () => void {
  const kept = [...map].map(([name, value]) => ({ name, value, fields: { ...value } }));
  return () => {
    map.clear();
    for (const { name, value, fields } of kept) map.set(name, Object.assign(value, fields));
  };
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
