import { type Block, count, type Figure, type Inline, paragraph, type Section } from '../page.ts';
import type { ReviewInput } from '../review-input.ts';
import { riskNames } from '../risk.ts';
import { adminCount, adminsTableId } from './admins.ts';
import type { ChangesSection } from './changes.ts';
import type { CompletenessSection } from './completeness.ts';
import type { InvitationsSection } from './invitations.ts';
import type { OutsideSection } from './outside.ts';
import { peopleGroupId, peopleTableId } from './people.ts';
import type { PermissionSection } from './permissions.ts';
import type { SwitchedOffSection } from './switched-off.ts';
import { totals } from './totals.ts';

/** The sections whose numbers stand first on the page. */
export interface Answers {
  readonly completeness: CompletenessSection;
  readonly outside: OutsideSection;
  readonly invitations: InvitationsSection;
  readonly switchedOff: SwitchedOffSection;
  readonly unheld: PermissionSection;
  readonly unknown: PermissionSection;
  readonly changes: ChangesSection;
}

/** The answers first: one number for each question, and where its rows are. */
export function overviewSection({ evidence, verified }: ReviewInput, answers: Answers): Section {
  const { people, peopleByRisk } = totals(evidence);
  const { completeness, outside, invitations, switchedOff, unheld, unknown, changes } = answers;
  const figures: Figure[] = [
    { value: count(people, peopleTableId), label: 'people with access' },
    ...([4, 3] as const)
      .filter((risk) => peopleByRisk[risk] > 0)
      .map((risk) => ({
        value: count(peopleByRisk[risk], peopleGroupId(risk)),
        label: `of them hold something ${riskNames[risk]}${risk === 3 ? ' and nothing critical' : ''}`,
      })),
    { value: count(adminCount(evidence), adminsTableId), label: 'admins and owners' },
    { value: outside.figure, label: 'with an address outside the company' },
    { value: invitations.pending, label: 'invitations pending' },
    { value: invitations.expired, label: 'invitations expired' },
    { value: switchedOff.accounts, label: 'accounts switched off, with access' },
    { value: switchedOff.grants, label: 'grants to something switched off' },
    { value: unheld.figure, label: 'permissions that nobody holds' },
    { value: unknown.figure, label: 'permissions that the connector does not know' },
    { value: changes.figure, label: 'grants that differ from the sync before' },
  ];
  const damage: Inline[] =
    verified.errors === 0
      ? []
      : [
          count(verified.errors, 'findings-error'),
          ' places in the file are not as its format demands: look at them before you rely on the rest.',
        ];
  const blocks: Block[] = [
    ...completeness.warnings,
    ...(damage.length === 0 ? [] : [{ kind: 'note', tone: 'critical', content: damage } as const]),
    paragraph('Each number leads to the rows that it counts.'),
    { kind: 'figures', figures },
  ];
  return { id: 'summary', title: 'Summary', blocks };
}
