import { basename } from 'node:path';
import { code, name, type Page, time } from './page.ts';
import type { ReviewInput } from './review-input.ts';
import { adminsSection } from './sections/admins.ts';
import { byRiskSection } from './sections/by-risk.ts';
import { changesSection } from './sections/changes.ts';
import { completenessSection } from './sections/completeness.ts';
import { grantSection, otherHoldersSection } from './sections/grants.ts';
import { invitationsSection } from './sections/invitations.ts';
import { outsideSection } from './sections/outside.ts';
import { overviewSection } from './sections/overview.ts';
import { peopleSection } from './sections/people.ts';
import { unheldSection, unknownSection } from './sections/permissions.ts';
import { reproduceSection } from './sections/reproduce.ts';
import { switchedOffSection } from './sections/switched-off.ts';
import { syncedSection } from './sections/synced.ts';

/** Everything that stands on the page, in its order: answers, what they rest on, people, then the rows. */
export function buildPage(input: ReviewInput): Page {
  const { file, run, title } = input;
  const grants = grantSection(input);
  const answers = {
    completeness: completenessSection(input),
    outside: outsideSection(input),
    invitations: invitationsSection(input),
    switchedOff: switchedOffSection(input),
    unheld: unheldSection(input),
    unknown: unknownSection(input),
    changes: changesSection(input),
  };
  return {
    title,
    subtitle: [
      'Who could do what, by ',
      name(basename(file.name)),
      ', sync ',
      code(run.syncId),
      run.endedAt === undefined ? ', which began ' : ', which ended ',
      time(run.endedAt ?? run.startedAt),
    ],
    sections: [
      overviewSection(input, answers),
      syncedSection(input),
      answers.completeness.section,
      byRiskSection(input, grants),
      peopleSection(input, grants),
      adminsSection(input),
      answers.outside.section,
      answers.invitations.section,
      answers.switchedOff.section,
      answers.changes.section,
      answers.unheld.section,
      answers.unknown.section,
      grants.section,
      otherHoldersSection(input),
      reproduceSection(input),
    ],
  };
}
