import { type EvidenceRow, text } from '../evidence.ts';
import { type Content, code, type Inline, name, small } from '../page.ts';
import { shownId } from '../shown-id.ts';

/** Rows of one table. A page is for reading: whoever needs more has the commands that list all. */
export const MAX_ROWS = 500;

/** Columns of the resource that holds something, for `holderCell`: of table `r`. */
export const holderColumns =
  'r.type, r.id, r.name, r.kind, r.email, r.login, r.state, r.details, r.parent, r.parent_type';

/** A name, what tells it from others of that name, and its id as `--principal` takes it. */
export function holderCell(row: EvidenceRow): Content {
  const called = text(row, 'name');
  const [email, login] = [text(row, 'email'), text(row, 'login')];
  const inside = text(row, 'parent') === '' ? '' : `in ${text(row, 'parent_type')}/${text(row, 'parent')}`;
  const details = [email === called ? '' : email, login === email || login === called ? '' : login, inside];
  return [
    name(called),
    small(
      [...details, text(row, 'kind') === 'service' ? 'service account' : ''].filter((one) => one !== '').join(' · '),
    ),
    ' ',
    holderId(row),
  ];
}

export function holderId(row: EvidenceRow): Inline {
  return code(`${text(row, 'type')}/${shownId(text(row, 'id'), text(row, 'kind') === 'invitation')}`);
}

/** The id of a grant holds that of its holder. */
export function grantId(row: EvidenceRow): Inline {
  return code(shownId(text(row, 'grant_id'), text(row, 'kind') === 'invitation'));
}

/** What a state is called to a person. */
export function statusCell(row: EvidenceRow): Content {
  const words: Readonly<Record<string, string>> = { enabled: 'Active', disabled: 'Disabled', deleted: 'Deleted' };
  const details = text(row, 'details');
  if (text(row, 'kind') === 'invitation') return [name(details === '' ? 'invited' : details)];
  return [words[text(row, 'state')] ?? 'not reported', small(details)];
}
