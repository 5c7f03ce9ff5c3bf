import { type Evidence, type EvidenceRow, int, text } from '../evidence.ts';
import {
  type Block,
  type Content,
  code,
  heading,
  name,
  note,
  paragraph,
  plainTable,
  type RowGroup,
  type Section,
  small,
  tableBlock,
} from '../page.ts';
import type { ReviewInput } from '../review-input.ts';
import { type Risk, riskNames, riskSlug, risks } from '../risk.ts';
import { grouped, plural } from '../words.ts';
import { grantId, holderCell, holderColumns, MAX_ROWS } from './rows.ts';
import { heldByOthers, totals } from './totals.ts';

/** Grants on the page, the gravest first: some 2 MB, and 150 sheets of paper. */
const MAX_GRANT_ROWS = 5000;

export const grantsTableId = (risk: Risk): string => `grants-${riskSlug(risk)}`;
export const othersTableId = 'grants-others';

/** The section of all grants, and which groups of its rows are whole. */
export interface GrantSection {
  readonly section: Section;
  /** Where the rows are that a person holds of a risk; undefined when not all of them are on the page. */
  at(rank: number, risk: Risk): string | undefined;
  /** The table of a risk; undefined when there is none. */
  table(risk: Risk): string | undefined;
}

const grantColumns = [{ title: 'Permission' }, { title: 'Of' }, { title: 'How' }, { title: 'Grant' }];

export function grantSection({ evidence, selection }: ReviewInput): GrantSection {
  const whole = new Set<string>();
  const tables = new Set<Risk>();
  const blocks: Block[] = [];
  const command = `baton grants ${selection} -o csv`;
  const { grantsByRisk } = totals(evidence);
  let left = MAX_GRANT_ROWS;
  for (const risk of risks) {
    const total = grantsByRisk[risk];
    if (total === 0) continue;
    const rows = evidence.rows(
      `select r.rank, ${holderColumns}, ${grantCells}, risk${risk} as of_risk from grants g
       join people r on r.type = g.holder_type and r.id = g.holder
       left join entitlements e on e.id = g.entitlement left join resources o on o.type = g.type and o.id = g.resource
       where g.risk = ? order by r.rank, g.n limit ?`,
      risk,
      left,
    );
    left -= rows.length;
    const groups = personGroups(evidence, rows, risk);
    for (const { id, rows: shown, total: all } of groups) if (id !== undefined && shown.length === all) whole.add(id);
    const shown = groups.reduce((sum, group) => sum + group.total, 0);
    if (shown < total) groups.push({ rows: [], total: total - shown });
    tables.add(risk);
    const caption = `${plural(total, 'grant')} of risk “${riskNames[risk]}” to people`;
    blocks.push(
      heading(`Risk: ${riskNames[risk]}`),
      tableBlock({ id: grantsTableId(risk), caption, columns: grantColumns, groups, command }),
    );
  }
  if (blocks.length === 0) blocks.push(paragraph('There are no grants.'));
  const isShort = left === 0;
  const section: Section = {
    id: 'grants',
    title: 'Every grant to people',
    isAnnex: true,
    blocks: [
      paragraph(
        'The rows behind the numbers: by risk, then by person in the order of the list of people. “through” names what the access comes from: it ends there, not here.',
      ),
      ...(isShort
        ? [note('medium', `The page shows the gravest ${grouped(MAX_GRANT_ROWS)}. All are listed by `, code(command))]
        : []),
      ...blocks,
    ],
  };
  return {
    section,
    at: (rank, risk) => (whole.has(groupId(rank, risk)) ? groupId(rank, risk) : undefined),
    table: (risk) => (tables.has(risk) ? grantsTableId(risk) : undefined),
  };
}

/** What `grantRow` needs, of tables `g`, `e` and `o`. */
export const grantCells =
  'g.id as grant_id, g.entitlement, coalesce(e.name, g.entitlement) as permission, g.type as of_type, g.resource as of_id, coalesce(o.name, g.resource) as of_name, g.is_direct, g.sources';

export function grantRow(evidence: Evidence, row: EvidenceRow): readonly Content[] {
  const [permission, on] = [text(row, 'permission'), text(row, 'of_name')];
  return [
    [name(permission), ' ', code(text(row, 'entitlement'))],
    [permission === on ? '' : name(on), small(`${text(row, 'of_type')}/${text(row, 'of_id')}`)],
    howCell(evidence, row),
    [grantId(row)],
  ];
}

/** `direct`, `through Admin`, or both. */
export function howCell(evidence: Evidence, row: EvidenceRow): Content {
  const names = sourceNames(evidence, row);
  if (names.length === 0) return ['direct'];
  return [int(row, 'is_direct') === 1 ? 'direct, and through ' : 'through ', name(names.join(', '))];
}

/** What an access comes from, by name. */
export function sourceNames(evidence: Evidence, row: EvidenceRow): string[] {
  const sources: unknown = JSON.parse(text(row, 'sources'));
  if (!Array.isArray(sources)) return [];
  return sources.map(String).map((id) => {
    const [source] = evidence.rows('select name from entitlements where id = ?', id);
    return source === undefined ? id : text(source, 'name');
  });
}

function groupId(rank: number, risk: Risk): string {
  return `${grantsTableId(risk)}-${rank}`;
}

/** One group for each person, in the order of the rows. */
function personGroups(evidence: Evidence, rows: readonly EvidenceRow[], risk: Risk): RowGroup[] {
  return [...Map.groupBy(rows, (row) => int(row, 'rank'))].map(([rank, own]) => {
    const [first] = own;
    return {
      id: groupId(rank, risk),
      ...(first === undefined ? {} : { head: holderCell(first) }),
      rows: own.map((row) => grantRow(evidence, row)),
      total: int(first, 'of_risk'),
    };
  });
}

/** What roles, groups and other things hold: nobody has it by that alone. */
export function otherHoldersSection({ evidence, selection }: ReviewInput): Section {
  const total = heldByOthers(evidence);
  const section = (...blocks: Block[]): Section => ({
    id: 'others',
    title: 'Held by roles, groups and other things',
    blocks,
  });
  if (total === 0) return section(paragraph('There are no such grants.'));
  const rows = evidence.rows(
    `select ${holderColumns}, ${grantCells} from grants g join resources r on r.type = g.holder_type and r.id = g.holder
     left join entitlements e on e.id = g.entitlement left join resources o on o.type = g.type and o.id = g.resource
     where r.kind = 'other' order by r.type, r.id, g.n limit ?`,
    MAX_ROWS,
  );
  return section(
    paragraph('Whoever is in them has this through them; that is a row of its own in the list before this one.'),
    plainTable({
      id: othersTableId,
      caption: `${plural(total, 'grant')} to roles, groups and other things`,
      columns: [{ title: 'Holder' }, ...grantColumns],
      rows: rows.map((row) => [holderCell(row), ...grantRow(evidence, row)]),
      total,
      command: `baton grants ${selection} -o csv`,
    }),
  );
}
