import { type Evidence, int } from '../evidence.ts';
import type { RiskCounts } from '../page.ts';
import { type Risk, risks } from '../risk.ts';

/** How many people there are whose gravest access is of this risk, and how many grants to people. */
export interface Totals {
  readonly people: number;
  readonly peopleByRisk: RiskCounts;
  readonly grantsToPeople: number;
  readonly grantsByRisk: RiskCounts;
}

export function totals(evidence: Evidence): Totals {
  const [sums] = evidence.rows(
    `select count(*) as people, sum(grants) as grants, ${risks
      .map((risk) => `sum(highest = ${risk}) as people${risk}, sum(risk${risk}) as grants${risk}`)
      .join(', ')} from people`,
  );
  return {
    people: int(sums, 'people'),
    peopleByRisk: byRisk((risk) => int(sums, `people${risk}`)),
    grantsToPeople: int(sums, 'grants'),
    grantsByRisk: byRisk((risk) => int(sums, `grants${risk}`)),
  };
}

export function byRisk(of: (risk: Risk) => number): RiskCounts {
  return { 4: of(4), 3: of(3), 2: of(2), 1: of(1), 0: of(0) };
}

/** How many grants there are to what is no account. */
export function heldByOthers(evidence: Evidence): number {
  const [sum] = evidence.rows(
    "select sum(h.grants) as grants from holders h join resources r on r.type = h.type and r.id = h.id where r.kind = 'other'",
  );
  return int(sum, 'grants');
}
