/** How much harm a scope can do in the wrong hands. */
export type ScopeRisk = 'low' | 'medium' | 'high' | 'critical';

/** What a reviewer is told about a scope, so that nobody approves a name that they cannot read. */
export interface KnownScope {
  /** As SendGrid spells it, for example `api_keys.create`. */
  readonly name: string;
  /** The part of SendGrid that it belongs to, for example "API keys". */
  readonly family: string;
  readonly title: string;
  /** What somebody could do or see with it; at most 160 characters. */
  readonly sentence: string;
  readonly risk: ScopeRisk;
  /** SendGrid gives it to people by itself and refuses it in a write (`sendgrid-api.md §4.5`). */
  readonly automatic: boolean;
}

export type ScopeRow = readonly [name: string, title: string, sentence: string, risk: ScopeRisk];

export function scopeFamily(family: string, rows: readonly ScopeRow[]): KnownScope[] {
  return rows.map(([name, title, sentence, risk]) => ({ name, family, title, sentence, risk, automatic: false }));
}

/** Scopes that SendGrid assigns by itself: true for whoever has them, never written, offered or revoked. */
export function automaticFamily(family: string, rows: readonly ScopeRow[]): KnownScope[] {
  return scopeFamily(family, rows).map((scope) => ({ ...scope, automatic: true }));
}
