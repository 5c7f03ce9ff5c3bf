import { BatonError, Code } from '@baton-ts/protocol/errors';
import { type Evidence, int, text } from './evidence.ts';

/** The part of an address after its last `@`, in lower case; empty when there is none. */
export function domainOf(email: string): string {
  return email.includes('@')
    ? email
        .slice(email.lastIndexOf('@') + 1)
        .trim()
        .toLowerCase()
    : '';
}

/** Which addresses belong to the company. */
export type CompanyDomains =
  | { readonly from: 'flags' | 'guess'; readonly domains: readonly string[] }
  /** Several are equally common, so that none of them is more likely the company's; or nobody has an address. */
  | { readonly from: 'nowhere'; readonly candidates: readonly string[] };

/** The domains of `--domain`; otherwise the one that most people have. */
export function companyDomains(named: readonly string[], evidence: Evidence): CompanyDomains {
  if (named.length > 0) return { from: 'flags', domains: [...new Set(named.map(checked))].sort() };
  const found = evidence.rows(
    "select domain, count(*) as people from resources where kind = 'person' and domain <> '' group by domain order by 2 desc, 1 limit 10",
  );
  const most = found.filter((row) => int(row, 'people') === int(found[0], 'people')).map((row) => text(row, 'domain'));
  return most.length === 1 ? { from: 'guess', domains: most } : { from: 'nowhere', candidates: most };
}

function checked(domain: string): string {
  const lower = domain.trim().toLowerCase();
  if (/^[\p{L}\p{N}]([\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u.test(lower) && !lower.includes('..')) return lower;
  throw new BatonError(Code.Unknown, `--domain is "${domain}"; it takes a mail domain, for example example.com`);
}

/** A condition of SQL that holds for an address at one of these domains or below it, and its values. */
export function atDomains(
  column: string,
  domains: readonly string[],
): { readonly sql: string; readonly values: string[] } {
  return {
    sql: `(${domains.map(() => `${column} = ? or ${column} like ? escape '\\'`).join(' or ')})`,
    values: domains.flatMap((domain) => [domain, `%.${domain.replaceAll(/[\\%_]/g, '\\$&')}`]),
  };
}
