import { type EvidenceRow, text } from '../evidence.ts';
import { isInvitationType } from '../invitations.ts';
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
  type Section,
  tableBlock,
} from '../page.ts';
import type { ReviewInput } from '../review-input.ts';
import { shownId } from '../shown-id.ts';
import { plural } from '../words.ts';
import { othersTableId } from './grants.ts';
import { MAX_ROWS } from './rows.ts';
import { heldByOthers, totals } from './totals.ts';
import { typeCounts } from './type-counts.ts';

const danglingTableId = 'dangling-table';
const findingsTableId = 'findings-table';

export interface CompletenessSection {
  readonly section: Section;
  /** What the reader must know before any number. */
  readonly warnings: readonly Block[];
}

/** What could not be read, as far as the file tells, and what it does not tell. */
export function completenessSection(input: ReviewInput): CompletenessSection {
  const warnings = unfinished(input);
  const blocks = [
    ...(warnings.length > 0 ? warnings : [paragraph('The sync is full and came to its end.')]),
    ...population(input),
    ...missingTypes(input),
    heading('What the file refers to and does not hold'),
    ...dangling(input),
    heading('Whether the file is as its format demands'),
    ...findings(input),
    heading('What the file does not say'),
    unsaid,
  ];
  return { section: { id: 'completeness', title: 'How complete it is', blocks }, warnings };
}

function unfinished({ run }: ReviewInput): Block[] {
  const notes: Block[] = [];
  if (run.endedAt === undefined) {
    notes.push(
      note(
        'critical',
        'The sync did not end. The page shows what it had read until then: what is missing here may exist all the same.',
      ),
    );
  }
  if (run.syncType !== 'full') {
    notes.push(
      note(
        'critical',
        'This is no full sync: it holds only what was asked for. What is missing here may exist all the same.',
      ),
    );
  }
  return notes;
}

/** Every grant of the file is in exactly one of these tables. */
function population({ evidence }: ReviewInput): Block[] {
  const all = evidence.count('from grants');
  const { grantsToPeople } = totals(evidence);
  const others = heldByOthers(evidence);
  const nobody = all - grantsToPeople - others;
  return [
    paragraph(
      `${plural(all, 'grant')} in the sync: `,
      count(grantsToPeople, 'grants'),
      ' to people, ',
      count(others, othersTableId),
      ' to roles, groups and other things, ',
      count(nobody, 'dangling-holder'),
      ' to holders that the file does not hold. Each stands in one table of this page.',
    ),
  ];
}

function missingTypes({ evidence }: ReviewInput): Block[] {
  const counts = typeCounts(evidence);
  const named = (types: readonly { readonly name: string }[]) => name(types.map((type) => type.name).join(', '));
  const empty = counts.filter(({ resources }) => resources === 0);
  const ungranted = counts.filter((type) => type.entitlements > 0 && type.grants === 0);
  const blocks: Block[] = [];
  if (empty.length > 0)
    blocks.push(
      note(
        'medium',
        'Of these types there is not one resource: ',
        named(empty),
        '. The file does not say whether there are none, or whether they could not be read.',
      ),
    );
  if (ungranted.length > 0) {
    blocks.push(
      note(
        'medium',
        'Nobody holds anything of these types: ',
        named(ungranted),
        '. The file does not say whether that is so, or whether it could not be read.',
      ),
    );
  }
  const skipping = counts.filter(({ skips }) => skips !== '');
  if (skipping.length > 0)
    blocks.push(
      paragraph('Nothing can be held of these types, or the connector does not list it: ', named(skipping), '.'),
    );
  return blocks;
}

function dangling({ evidence, selection }: ReviewInput): Block[] {
  const from = `from grants g left join resources r on r.type = g.holder_type and r.id = g.holder
    left join entitlements e on e.id = g.entitlement left join types t on t.id = g.holder_type where`;
  const group = (id: string, words: string, condition: string): RowGroup[] => {
    const total = evidence.count(`${from} ${condition}`);
    if (total === 0) return [];
    const rows = evidence.rows(
      `select g.id, g.entitlement, g.holder_type, g.holder, t.name as type_name ${from} ${condition} order by g.n limit ?`,
      MAX_ROWS,
    );
    return [{ id, head: [`${words}: ${plural(total, 'grant')}`], rows: rows.map(danglingRow), total }];
  };
  const groups = [
    ...group('dangling-holder', 'The holder is not in the file', 'r.id is null'),
    ...group('dangling-entitlement', 'The entitlement is not in the file', 'e.id is null and r.id is not null'),
  ];
  const total = groups.reduce((sum, one) => sum + one.total, 0);
  if (total === 0) return [paragraph('Every grant leads to a holder and an entitlement that the file holds.')];
  return [
    tableBlock({
      id: danglingTableId,
      caption: `${plural(total, 'grant leads', 'grants lead')} nowhere`,
      columns: [{ title: 'Grant' }, { title: 'Holder' }, { title: 'Entitlement' }],
      groups,
      command: `baton grants ${selection} -o csv`,
    }),
  ];
}

function danglingRow(row: EvidenceRow): Content[] {
  const [type, holder] = [text(row, 'holder_type'), text(row, 'holder')];
  const isSecret = isInvitationType({ id: type, displayName: text(row, 'type_name') });
  return [
    [code(shownId(text(row, 'id'), isSecret))],
    [code(`${type}/${shownId(holder, isSecret)}`)],
    [code(text(row, 'entitlement'))],
  ];
}

function findings({ evidence, verified, fileFlag }: ReviewInput): Block[] {
  const { errors, warnings, syncs } = verified;
  const command = `baton verify ${fileFlag}`;
  const checked = `Every row of ${plural(syncs, 'sync')} in the file was checked: `;
  if (errors + warnings === 0) return [paragraph(`${checked}nothing was found.`)];
  const group = (severity: 'error' | 'warning', total: number): RowGroup[] => {
    if (total === 0) return [];
    const rows = evidence.rows('select * from findings where severity = ? order by n limit ?', severity, MAX_ROWS);
    return [
      {
        id: `findings-${severity}`,
        head: [plural(total, severity)],
        rows: rows.map((row): Content[] => [
          [code(text(row, 'rule'))],
          [code(text(row, 'place'))],
          [text(row, 'source')],
        ]),
        total,
      },
    ];
  };
  const sums: Inline[] = [
    count(errors, 'findings-error'),
    errors === 1 ? ' error, ' : ' errors, ',
    count(warnings, 'findings-warning'),
    warnings === 1 ? ' warning.' : ' warnings.',
  ];
  return [
    errors === 0 ? paragraph(checked, ...sums) : note('critical', checked, ...sums),
    paragraph('A warning is what older writers do and readers cope with. What is wrong with each row: ', code(command)),
    tableBlock({
      id: findingsTableId,
      caption: plural(errors + warnings, 'finding'),
      columns: [{ title: 'Rule' }, { title: 'Where' }, { title: 'Demanded by' }],
      groups: [...group('error', errors), ...group('warning', warnings)],
      command,
    }),
  ];
}

const unsaid: Block = {
  kind: 'list',
  items: [
    [
      'Which connector made it, with which credential, and what that credential may not see. The connector says what it could not read in its log, not in the file.',
    ],
    ['Which resource types the connector could list and was not asked for.'],
    ['Who gave an access, when and why.'],
    ['When somebody last signed in or used an access.'],
  ],
};
