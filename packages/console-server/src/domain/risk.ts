import type { RiskLevel } from '@baton-ts/console-api';

/** Risk levels from the lowest up: the place is the rank that the database sorts and compares by. */
export const riskLevels = ['UNRATED', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const satisfies readonly RiskLevel[];

/** The rank of an account that holds nothing. */
export const NO_RISK = -1;

export function riskRank(level: RiskLevel): number {
  return riskLevels.indexOf(level);
}

/** The level of a rank; `null` for that of an account that holds nothing. */
export function riskLevelOf(rank: number): RiskLevel | null {
  return riskLevels[rank] ?? null;
}

/**
 * What a connector says about the risk of an entitlement: at the end of its description (`Risk: high.`), else as `risk`
 * in the profile of its resource (`docs/data-model.md`, "The scope catalogue"). Unrated when it says nothing, or a word that is
 * no level.
 */
export function connectorRisk(description: string, profile: Readonly<Record<string, unknown>>): number {
  const said = /\brisk: (\w+)\.?\s*$/i.exec(description)?.[1] ?? profile['risk'];
  const level = typeof said === 'string' ? said.toUpperCase() : '';
  return Math.max(
    riskLevels.findIndex((one) => one === level),
    0,
  );
}

/** Columns of `accounts` that sum up what it holds. */
export interface RiskColumns {
  readonly grant_count: number;
  readonly critical_count: number;
  readonly high_count: number;
  readonly medium_count: number;
  readonly low_count: number;
  readonly unrated_count: number;
  readonly highest_risk: number;
}

/** Counts effective grants by the ranks of their risks. */
export function countRisks(ranks: Iterable<number>): RiskColumns {
  const counts = [0, 0, 0, 0, 0];
  let grants = 0;
  let highest = NO_RISK;
  for (const rank of ranks) {
    grants += 1;
    counts[rank] = (counts[rank] ?? 0) + 1;
    if (rank > highest) highest = rank;
  }
  const [unrated = 0, low = 0, medium = 0, high = 0, critical = 0] = counts;
  return {
    grant_count: grants,
    critical_count: critical,
    high_count: high,
    medium_count: medium,
    low_count: low,
    unrated_count: unrated,
    highest_risk: highest,
  };
}
