import {
  type Block,
  count,
  paragraph,
  plainTable,
  type RiskCounts,
  risk as riskInline,
  type Section,
} from '../page.ts';
import type { ReviewInput } from '../review-input.ts';
import { type Risk, risks } from '../risk.ts';
import type { GrantSection } from './grants.ts';
import { peopleGroupId } from './people.ts';
import { totals } from './totals.ts';

/** How the access is spread over the risks: two bars and the numbers. */
export function byRiskSection({ evidence }: ReviewInput, grants: GrantSection): Section {
  const { people, peopleByRisk, grantsToPeople, grantsByRisk } = totals(evidence);
  const present = risks.filter((risk) => grantsByRisk[risk] + peopleByRisk[risk] > 0);
  const blocks: Block[] = [
    paragraph(
      'A risk is what the connector says of a permission, in its profile or at the end of its description. Access whose extent stands on the grant counts as the gravest of the permissions named there.',
    ),
  ];
  if (present.every((risk) => risk === 0)) {
    blocks.push(paragraph('The file does not rate what can be held here: everything counts as not rated.'));
  }
  if (present.length > 0) {
    blocks.push(
      { kind: 'shares', label: 'Grants to people, by risk', counts: grantsByRisk },
      { kind: 'shares', label: 'People, by the gravest risk that each holds', counts: peopleByRisk },
      plainTable({
        id: 'risk-table',
        caption: 'Grants to people, and people by the gravest risk that each holds',
        columns: [
          { title: 'Risk' },
          { title: 'Grants', isNumber: true },
          { title: 'Share', isNumber: true },
          { title: 'People', isNumber: true },
          { title: 'Share', isNumber: true },
        ],
        rows: present.map((risk) => [
          [riskInline(risk)],
          [count(grantsByRisk[risk], grants.table(risk))],
          [share(grantsByRisk, risk, grantsToPeople)],
          [count(peopleByRisk[risk], peopleGroupId(risk))],
          [share(peopleByRisk, risk, people)],
        ]),
        total: present.length,
      }),
    );
  }
  return { id: 'risk', title: 'By risk', blocks };
}

/** `12 %`; a share that rounds to none is not called none. */
function share(counts: RiskCounts, risk: Risk, total: number): string {
  if (total === 0 || counts[risk] === 0) return '–';
  const percent = Math.round((counts[risk] / total) * 100);
  return percent === 0 ? 'below 1\u00A0%' : `${percent}\u00A0%`;
}
