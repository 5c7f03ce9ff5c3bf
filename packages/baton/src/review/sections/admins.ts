import { type Evidence, type EvidenceRow, text } from '../evidence.ts';
import { type Content, lineBreak, name, paragraph, plainTable, type Section } from '../page.ts';
import type { ReviewInput } from '../review-input.ts';
import { grouped, plural } from '../words.ts';
import { grantCells, howCell } from './grants.ts';
import { grantId, holderCell, MAX_ROWS, statusCell } from './rows.ts';

export const adminsTableId = 'admins-table';
/** What makes somebody an admin, in one cell: who is admin of everything has the list of all grants. */
const MAX_GRANTS = 5;

export function adminCount(evidence: Evidence): number {
  return evidence.count('from people where is_admin = 1');
}

/** One row for each person, with what makes them one. */
export function adminsSection({ evidence, selection }: ReviewInput): Section {
  const total = adminCount(evidence);
  const rule = paragraph(
    'Who holds something that is called owner, admin, administrator, superuser or root, or whose purpose is ownership.',
  );
  if (total === 0) return { id: 'admins', title: 'Admins and owners', blocks: [rule, paragraph('Nobody does.')] };
  const rows = evidence.rows('select r.* from people r where is_admin = 1 order by rank limit ?', MAX_ROWS);
  return {
    id: 'admins',
    title: 'Admins and owners',
    blocks: [
      rule,
      plainTable({
        id: adminsTableId,
        caption: plural(total, 'admin or owner', 'admins and owners'),
        columns: [{ title: 'Person' }, { title: 'Status' }, { title: 'Is what, and by which grant' }],
        rows: rows.map((row) => [holderCell(row), statusCell(row), adminGrants(evidence, row)]),
        total,
        command: `baton grants ${selection} -o csv`,
      }),
    ],
  };
}

function adminGrants(evidence: Evidence, person: EvidenceRow): Content {
  const where = 'where g.holder_type = ? and g.holder = ? and e.is_admin = 1';
  const holder = [text(person, 'type'), text(person, 'id')];
  const total = evidence.count(`from grants g join entitlements e on e.id = g.entitlement ${where}`, ...holder);
  const rows = evidence.rows(
    `select ${grantCells} from grants g join entitlements e on e.id = g.entitlement
     left join resources o on o.type = g.type and o.id = g.resource ${where} order by g.risk desc, g.n limit ?`,
    ...holder,
    MAX_GRANTS,
  );
  const lines = rows.map(
    (row): Content => [
      name(text(row, 'permission')),
      ', ',
      ...howCell(evidence, row),
      ' ',
      grantId({ ...row, kind: text(person, 'kind') }),
    ],
  );
  const left = total - rows.length;
  if (left > 0) lines.push([`and ${grouped(left)} more`]);
  return lines.flatMap((line, place) => (place === 0 ? line : [lineBreak, ...line]));
}
