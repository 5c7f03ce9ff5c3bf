import type { Answer, Call, Route } from './call.ts';
import { isJsonObject } from './json.ts';
import { largestPage } from './paging.ts';

/** Fields that live answers have and the description does not (`sendgrid-api.md §4.1`). */
const undocumentedFields: ReadonlySet<string> = new Set([
  'company',
  'is_partner_sso',
  'is_read_only',
  'is_sso',
  'is_unified',
]);

/** Texts of the description for what live services say otherwise (`§2`, `§4.5`). */
const documentedErrors: Readonly<Record<string, readonly [message: string, field: string]>> = {
  'teammate does not exist': ['username not found', 'username'],
  'unable to find pending invite': ['invalid pending key', 'pending_id'],
  'invalid or unassignable scopes were given': ['one or more of given scopes are invalid', 'scopes'],
};

/** The description's default page is the largest. */
export function withDocumentedPage(call: Call): Call {
  if (!call.query.has('limit')) call.query.set('limit', String(largestPage));
  return call;
}

/** Turns a live answer into the one that the description promises, for clients that must read both. */
export function inDocumentedForm({ method, template }: Route, call: Call, answer: Answer): Answer {
  const { status, body } = answer;
  if (status >= 400) return documentedError(template, call, answer);
  if (!isJsonObject(body)) return answer;
  if (template === '/v3/api_keys/{api_key_id}' && method === 'GET') return { ...answer, body: { result: [body] } };
  if (template === '/v3/api_keys/{api_key_id}' && method === 'PUT') {
    return { ...answer, body: { ...body, scopes: call.body.scopes } };
  }
  if (!/^\/v3\/teammates(\/\{username\})?$/.test(template)) return answer;
  const shown = Array.isArray(body.result)
    ? { result: body.result.map((row: unknown) => (isJsonObject(row) ? withoutUndocumented(row) : row)) }
    : withoutUndocumented(body);
  return { ...answer, body: shown };
}

function withoutUndocumented(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !undocumentedFields.has(name)));
}

function documentedError(template: string, { names, account }: Call, answer: Answer): Answer {
  const errors: unknown = isJsonObject(answer.body) ? answer.body.errors : undefined;
  const [first] = Array.isArray(errors) ? errors.filter(isJsonObject) : [];
  if (!first) return answer;
  const [message, field] = documentedErrors[String(first.message)] ?? [first.message, first.field];
  const shown = [{ ...first, message, field }];
  const isAboutOwner = account.teammates.get(names[0] ?? '')?.isOwner === true;
  return {
    ...answer,
    // The code for a change of the owner is documented nowhere: this form answers with the other likely one.
    status: isAboutOwner && answer.status === 403 ? 400 : answer.status,
    body: template.startsWith('/v3/sso/') ? shown : { errors: shown },
  };
}
