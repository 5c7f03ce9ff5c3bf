import { type Evidence, type EvidenceRow, int, text } from '../evidence.ts';
import {
  type Content,
  code,
  count,
  type Inline,
  name,
  paragraph,
  type RowGroup,
  risk as riskInline,
  type Section,
  tableBlock,
} from '../page.ts';
import type { ReviewInput } from '../review-input.ts';
import { type Risk, riskNames, riskSlug, risks } from '../risk.ts';
import { plural } from '../words.ts';
import { type GrantSection, sourceNames } from './grants.ts';
import { holderCell, MAX_ROWS, statusCell } from './rows.ts';
import { byRisk, totals } from './totals.ts';

/** Roles that one cell names. */
const MAX_ROLES = 5;

export const peopleTableId = 'people-table';
export const peopleGroupId = (risk: Risk): string => `people-${riskSlug(risk)}`;

/** Everybody who holds something, the riskiest first. */
export function peopleSection({ evidence, selection }: ReviewInput, grants: GrantSection): Section {
  const { people, peopleByRisk, grantsByRisk } = totals(evidence);
  if (people === 0) return { id: 'people', title: 'People with access', blocks: [paragraph('Nobody holds anything.')] };
  const shownRisks = risks.filter((risk) => grantsByRisk[risk] > 0);
  const groups: RowGroup[] = [];
  let left = MAX_ROWS;
  for (const risk of risks) {
    const total = peopleByRisk[risk];
    if (total === 0) continue;
    const rows = evidence.rows(`select r.* from people r where r.highest = ? order by r.rank limit ?`, risk, left);
    left -= rows.length;
    groups.push({
      id: peopleGroupId(risk),
      head: [riskInline(risk), `: ${plural(total, 'person', 'people')}`],
      rows: rows.map((row) => personRow(evidence, row, shownRisks, grants)),
      total,
    });
  }
  return {
    id: 'people',
    title: 'People with access',
    blocks: [
      paragraph(
        'By the gravest access that each holds, directly or through a role or group. Accounts of machines are here too, and say so.',
      ),
      tableBlock({
        id: peopleTableId,
        caption: `${plural(people, 'person has', 'people have')} access`,
        columns: [
          { title: 'Person' },
          { title: 'Status' },
          { title: 'Roles' },
          { title: 'How' },
          ...shownRisks.map((risk) => ({ title: columnTitle(risk), isNumber: true as const })),
        ],
        groups,
        command: `baton principals ${selection} -o csv`,
      }),
      paragraph('All that one person holds: ', code(`baton access ${selection} -t TYPE -r ID`)),
    ],
  };
}

function personRow(
  evidence: Evidence,
  row: EvidenceRow,
  shownRisks: readonly Risk[],
  grants: GrantSection,
): readonly Content[] {
  const counts = byRisk((risk) => int(row, `risk${risk}`));
  return [
    holderCell(row),
    statusCell(row),
    [...roles(evidence, row), { kind: 'risks', counts }],
    how(evidence, row),
    ...shownRisks.map((risk) => [count(counts[risk], grants.at(int(row, 'rank'), risk))]),
  ];
}

/** The roles that somebody is in, by name. */
function roles(evidence: Evidence, row: EvidenceRow): Inline[] {
  const found = evidence.rows(
    `select distinct e.name from grants g join entitlements e on e.id = g.entitlement
     left join resources o on o.type = e.type and o.id = e.resource
     where g.holder_type = ? and g.holder = ? and (e.is_admin = 1 or o.is_role = 1) order by e.is_admin desc, e.name limit ?`,
    text(row, 'type'),
    text(row, 'id'),
    MAX_ROLES + 1,
  );
  if (found.length === 0) return ['–'];
  const names = found.slice(0, MAX_ROLES).map((role) => text(role, 'name'));
  return [name(names.join(', ')), found.length > MAX_ROLES ? ' and more' : ''];
}

/** `direct`, `through Admin, Ops`, or both. */
function how(evidence: Evidence, row: EvidenceRow): Content {
  if (int(row, 'inherited') === 0) return ['direct'];
  const sources = evidence.rows(
    'select distinct sources from grants where holder_type = ? and holder = ? and is_direct = 0 order by sources limit ?',
    text(row, 'type'),
    text(row, 'id'),
    MAX_ROLES + 1,
  );
  const names = [...new Set(sources.flatMap((one) => sourceNames(evidence, one)))];
  const more = names.length > MAX_ROLES || sources.length > MAX_ROLES ? ' and more' : '';
  const through: Content = [name(names.slice(0, MAX_ROLES).join(', ')), more];
  return [int(row, 'direct') === 0 ? 'through ' : 'direct, and through ', ...through];
}

function columnTitle(risk: Risk): string {
  const word = riskNames[risk];
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
