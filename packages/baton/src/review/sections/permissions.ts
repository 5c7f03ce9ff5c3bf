import { type Evidence, type EvidenceRow, int, text } from '../evidence.ts';
import {
  type Block,
  type Content,
  code,
  count,
  type Inline,
  name,
  paragraph,
  plainTable,
  risk,
  type Section,
} from '../page.ts';
import type { ReviewInput } from '../review-input.ts';
import { toRisk } from '../risk.ts';
import { plural } from '../words.ts';
import { MAX_ROWS } from './rows.ts';

/** People whom one cell names. */
const MAX_HOLDERS = 5;

const unheld = 'from entitlements e where e.id not in (select entitlement from held)';

export interface PermissionSection {
  readonly section: Section;
  readonly figure: Inline;
}

/** What could be held and nobody holds, directly or through something. */
export function unheldSection({ evidence, selection }: ReviewInput): PermissionSection {
  const total = evidence.count(unheld);
  const rows = evidence.rows(
    `select e.id, e.name, e.type, e.resource, e.risk ${unheld} order by e.risk desc, e.name collate nocase, e.id limit ?`,
    MAX_ROWS,
  );
  const table = plainTable({
    id: 'unheld-table',
    caption: `${plural(total, 'permission')} that nobody holds`,
    columns: [{ title: 'Permission' }, { title: 'Risk' }, { title: 'Of' }],
    rows: rows.map((row): Content[] => [
      entitlementCell(row),
      [risk(toRisk(int(row, 'risk')))],
      [code(resourceId(row))],
    ]),
    total,
    command: `baton entitlements ${selection} -o csv`,
  });
  const blocks: Block[] =
    total === 0
      ? [paragraph('Somebody holds each permission that there is.')]
      : [paragraph('Nobody holds these, directly or through a role or group.'), table];
  return { section: { id: 'unheld', title: 'Held by nobody', blocks }, figure: count(total, 'unheld-table') };
}

/** What is in no catalogue: the connector itself says that it cannot explain it. */
export function unknownSection({ evidence, selection }: ReviewInput): PermissionSection {
  const total = evidence.count('from resources where known = 0');
  const section = (...blocks: Block[]): Section => ({ id: 'unknown', title: 'Not in the catalogue', blocks });
  if (total === 0) {
    const isSaid = evidence.count('from resources where known is not null') > 0;
    return isSaid
      ? { section: section(paragraph('The connector knows every permission that it found.')), figure: count(0) }
      : {
          section: section(paragraph('The file does not say of any permission whether the connector knows it.')),
          figure: 'not reported',
        };
  }
  const rows = evidence.rows(
    'select type, id as resource, name from resources where known = 0 order by name collate nocase, id limit ?',
    MAX_ROWS,
  );
  return {
    section: section(
      paragraph(
        'These were found, and this version of the connector cannot explain them. Look them up before you approve them.',
      ),
      plainTable({
        id: 'unknown-table',
        caption: `${plural(total, 'permission')} that the connector does not know`,
        columns: [{ title: 'Permission' }, { title: 'Held by' }],
        rows: rows.map((row): Content[] => [
          [name(text(row, 'name')), ' ', code(resourceId(row))],
          heldBy(evidence, row),
        ]),
        total,
        command: `baton resources ${selection} --filter 'resource.profile.known == false'`,
      }),
    ),
    figure: count(total, 'unknown-table'),
  };
}

/** The first people who hold it, by name. */
function heldBy(evidence: Evidence, row: EvidenceRow): Content {
  const holders = evidence.rows(
    `select distinct p.rank, p.name from grants g join people p on p.type = g.holder_type and p.id = g.holder
     where g.type = ? and g.resource = ? order by p.rank limit ?`,
    text(row, 'type'),
    text(row, 'resource'),
    MAX_HOLDERS + 1,
  );
  if (holders.length === 0) return ['nobody'];
  const names = holders.slice(0, MAX_HOLDERS).map((holder) => text(holder, 'name'));
  return [name(names.join(', ')), holders.length > MAX_HOLDERS ? ' and others' : ''];
}

function entitlementCell(row: EvidenceRow): Content {
  return [name(text(row, 'name')), ' ', code(text(row, 'id'))];
}

function resourceId(row: EvidenceRow): string {
  return `${text(row, 'type')}/${text(row, 'resource')}`;
}
