import type { Entitlement, Resource } from '@baton-ts/protocol/connector-v2';
import { profileOf } from '../lists/resource-facts.ts';

/** By rank: what is rated higher has the larger number. 0 says that the file rates it nowhere. */
export const riskNames = ['not rated', 'low', 'medium', 'high', 'critical'] as const;
export type Risk = 0 | 1 | 2 | 3 | 4;

/** The gravest first, as every list on the page has them. */
export const risks: readonly Risk[] = [4, 3, 2, 1, 0];

/** A number of a database as a risk. */
export function toRisk(rank: number): Risk {
  return risks.find((risk) => risk === rank) ?? 0;
}

/** A risk as an id in links, for example `critical` and `not-rated`. */
export function riskSlug(risk: Risk): string {
  return riskNames[risk].replace(' ', '-');
}

/** What a resource says of its own risk, in its profile. */
export function riskOfResource(resource: Resource): Risk {
  const stated = profileOf(resource)['risk'];
  return typeof stated === 'string' ? riskCalled(stated) : 0;
}

/** The risk of holding an entitlement: that of its resource, else what its description ends with. */
export function riskOfEntitlement(entitlement: Entitlement, ofResource: Risk): Risk {
  if (ofResource > 0) return ofResource;
  return riskCalled(/\bRisk: (\w+)\.?\s*$/.exec(entitlement.description)?.[1] ?? '');
}

function riskCalled(name: string): Risk {
  const rank = riskNames.findIndex((known) => known === name.toLowerCase());
  return toRisk(rank);
}
