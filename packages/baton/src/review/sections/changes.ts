import { type Evidence, int, text } from '../evidence.ts';
import {
  type Block,
  type Content,
  code,
  count,
  heading,
  type Inline,
  name,
  note,
  paragraph,
  type RowGroup,
  risk,
  type Section,
  small,
  tableBlock,
  time,
} from '../page.ts';
import type { ReviewInput } from '../review-input.ts';
import { toRisk } from '../risk.ts';
import { plural } from '../words.ts';
import { MAX_ROWS } from './rows.ts';

const kinds = [
  { kind: 'grants', title: 'Who gained and lost what', one: 'grant' },
  { kind: 'resources', title: 'People and things', one: 'resource' },
  { kind: 'entitlements', title: 'What can be held', one: 'entitlement' },
] as const;
// A change is neither good nor bad: no colour, and words beside the signs.
const changes = [
  { change: 'created', words: '+ added' },
  { change: 'deleted', words: '− removed' },
  { change: 'modified', words: '~ changed' },
] as const;

export interface ChangesSection {
  readonly section: Section;
  readonly figure: Inline;
}

/** What differs since the complete sync before. */
export function changesSection({ evidence, before, selection }: ReviewInput): ChangesSection {
  const section = (...blocks: Block[]): Section => ({ id: 'changes', title: 'Since the sync before', blocks });
  if ('missing' in before) return { section: section(note('neutral', before.missing)), figure: 'not known' };
  const total = evidence.count('from changes');
  const blocks: Block[] = [
    paragraph(
      'Compared with sync ',
      code(before.syncId),
      ', which ended ',
      before.endedAt === undefined ? 'at a time that is not reported' : time(before.endedAt),
      '. A row counts as changed when a byte of what is stored of it differs.',
    ),
  ];
  if (total === 0) blocks.push(paragraph('Nothing changed.'));
  for (const { kind, title, one } of kinds) {
    const groups = changes.flatMap(({ change, words }) => group(evidence, kind, change, words));
    if (groups.length === 0) continue;
    const all = groups.reduce((sum, { total }) => sum + total, 0);
    blocks.push(
      heading(title),
      tableBlock({
        id: `changes-${kind}`,
        caption: `${plural(all, one)} that differ`,
        columns: [
          { title: kind === 'grants' ? 'Holder' : 'Name' },
          { title: 'What' },
          { title: 'Risk' },
          { title: 'ID' },
        ],
        groups,
        command: `baton diff ${selection} -o csv`,
      }),
    );
  }
  return {
    section: section(...blocks),
    figure: count(evidence.count("from changes where kind = 'grants'"), 'changes-grants'),
  };
}

function group(evidence: Evidence, kind: string, change: string, words: string): RowGroup[] {
  const total = evidence.count('from changes where kind = ? and change = ?', kind, change);
  if (total === 0) return [];
  const rows = evidence.rows(
    'select * from changes where kind = ? and change = ? order by risk desc, n limit ?',
    kind,
    change,
    MAX_ROWS,
  );
  return [
    {
      id: `changes-${kind}-${change}`,
      head: [`${words}: ${plural(total, 'row')}`],
      rows: rows.map((row): Content[] => [
        [name(kind === 'grants' ? text(row, 'holder') : text(row, 'name'))],
        kind === 'grants' ? [name(text(row, 'name')), small(text(row, 'type'))] : [name(text(row, 'type'))],
        [risk(toRisk(int(row, 'risk')))],
        [code(text(row, 'id'))],
      ]),
      total,
    },
  ];
}
