import { basename } from 'node:path';
import { type Block, type Content, code, heading, name, paragraph, plainTable, type Section, time } from '../page.ts';
import type { ReviewInput } from '../review-input.ts';
import { duration, grouped, plural } from '../words.ts';
import { MAX_ROWS } from './rows.ts';
import { typeCounts } from './type-counts.ts';

/** Which file, which sync, what is in it: what makes the rest of the page evidence. */
export function syncedSection(input: ReviewInput): Section {
  const { file, run, runs, timeZone, selection } = input;
  const { endedAt, startedAt } = run;
  const facts: (readonly [string, Content])[] = [
    ['File', [name(basename(file.name)), `, ${grouped(file.bytes)} bytes`]],
    ['SHA-256', [code(file.sha256)]],
    ['Sync', [code(run.syncId)]],
    ['Kind', [kindOf(run.syncType)]],
    ['Started', [time(startedAt)]],
    ['Ended', [endedAt === undefined ? 'did not end' : time(endedAt)]],
    ['Took', [endedAt === undefined ? '–' : duration(Number(endedAt) - Number(startedAt))]],
    ['Syncs in the file', [grouped(runs.length)]],
    ['Connector', ['not reported: a .c1z does not name the connector that wrote it']],
  ];
  const blocks: Block[] = [
    { kind: 'facts', facts },
    paragraph(
      `Times are shown in UTC. A .c1z stores them without a zone; they were read as those of ${timeZone}, the zone of the computer that made this page.`,
    ),
    heading('What is in it'),
    typeTable(input),
    paragraph(
      'How to list them: ',
      code(`baton resources ${selection} -t TYPE`),
      ', the same with ',
      code('entitlements'),
      ' and ',
      code('grants'),
      '.',
    ),
  ];
  return { id: 'synced', title: 'What was synced', blocks };
}

function typeTable({ evidence, selection }: ReviewInput): Block {
  const counts = typeCounts(evidence);
  const sum = (column: 'resources' | 'entitlements' | 'grants') =>
    counts.reduce((total, type) => total + type[column], 0);
  return plainTable({
    id: 'types-table',
    caption: [
      plural(counts.length, 'resource type'),
      plural(sum('resources'), 'resource'),
      plural(sum('entitlements'), 'entitlement'),
      plural(sum('grants'), 'grant'),
    ].join(', '),
    columns: [
      { title: 'Type' },
      { title: 'Resources', isNumber: true },
      { title: 'Entitlements', isNumber: true },
      { title: 'Grants', isNumber: true },
    ],
    rows: counts
      .slice(0, MAX_ROWS)
      .map((type): Content[] => [
        [name(type.name), ' ', code(type.id)],
        [grouped(type.resources)],
        [grouped(type.entitlements)],
        [grouped(type.grants)],
      ]),
    total: counts.length,
    command: `baton stats ${selection}`,
  });
}

function kindOf(syncType: string): string {
  if (syncType === 'full') return 'full: everything that the connector lists';
  if (syncType === 'resources_only') return 'resources only: what can be held, and by whom, was not asked for';
  if (syncType === 'partial') return 'partial: only the resources that were asked for';
  return syncType;
}
