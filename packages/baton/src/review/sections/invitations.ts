import { type Block, count, type Inline, paragraph, type Section } from '../page.ts';
import type { ReviewInput } from '../review-input.ts';
import { plural } from '../words.ts';
import { accountCount, accountTable } from './account-table.ts';

const expired = "r.kind = 'invitation' and r.details like '%expired%'";
const pending = "r.kind = 'invitation' and r.details not like '%expired%'";

export interface InvitationsSection {
  readonly section: Section;
  readonly pending: Inline;
  readonly expired: Inline;
}

/** Who was invited and has not accepted, as of the sync. */
export function invitationsSection(input: ReviewInput): InvitationsSection {
  const [open, over] = [accountCount(input, pending), accountCount(input, expired)];
  const blocks: Block[] = [paragraph('As of the sync. Nobody can sign in with an invitation until it is accepted.')];
  if (open > 0) {
    const caption = `${plural(open, 'invitation')} pending`;
    blocks.push(accountTable(input, { id: 'invitations-pending', caption, where: pending, total: open }));
  }
  if (over > 0) {
    const caption = `${plural(over, 'invitation')} expired`;
    blocks.push(accountTable(input, { id: 'invitations-expired', caption, where: expired, total: over }));
  }
  blocks.push(
    paragraph(
      open + over === 0
        ? 'The file holds none. A connector that does not list invitations leaves no trace of that.'
        : 'The id of an invitation may be what accepts it, so the first digits of its SHA-256 stand here.',
    ),
  );
  return {
    section: { id: 'invitations', title: 'Invitations', blocks },
    pending: count(open, 'invitations-pending'),
    expired: count(over, 'invitations-expired'),
  };
}
