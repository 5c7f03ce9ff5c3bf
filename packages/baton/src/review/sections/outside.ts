import { atDomains } from '../domains.ts';
import { type Block, count, type Inline, name, note, paragraph, type Section } from '../page.ts';
import type { ReviewInput } from '../review-input.ts';
import { plural } from '../words.ts';
import { accountCount, accountTable } from './account-table.ts';

const outsideTableId = 'outside-table';
const noAddressTableId = 'no-address-table';
const people = "r.kind in ('person', 'invitation')";

export interface OutsideSection {
  readonly section: Section;
  /** How many, with a link to them; words when nobody knows which domains are the company's. */
  readonly figure: Inline;
}

/** People and invitations whose address is at none of the company's domains. */
export function outsideSection(input: ReviewInput): OutsideSection {
  const { domains } = input;
  const blocks: Block[] = [];
  let figure: Inline = 'not known';
  if (domains.from === 'nowhere') {
    blocks.push(note('medium', ...whyUnknown(domains.candidates)));
  } else {
    const ours = atDomains('r.domain', domains.domains);
    const where = `${people} and r.domain <> '' and not ${ours.sql}`;
    const total = accountCount(input, where, ours.values);
    figure = count(total, outsideTableId);
    blocks.push(
      saidOf(domains),
      paragraph('What lies below a domain belongs to it. Addresses are compared, nothing else.'),
    );
    if (total === 0) blocks.push(paragraph('Nobody has an address elsewhere.'));
    else {
      const caption = `${plural(total, 'account')} with an address elsewhere`;
      blocks.push(accountTable(input, { id: outsideTableId, caption, where, values: ours.values, total }));
    }
  }
  const where = `${people} and r.domain = ''`;
  const total = accountCount(input, where);
  if (total > 0) {
    const caption = `${plural(total, 'account')} without an address`;
    blocks.push(
      paragraph(
        count(total, noAddressTableId),
        ' without an address: whether they are from outside, the file does not say.',
      ),
      accountTable(input, { id: noAddressTableId, caption, where, total }),
    );
  }
  return { section: { id: 'outside', title: 'From outside the company', blocks }, figure };
}

function saidOf(domains: { readonly from: 'flags' | 'guess'; readonly domains: readonly string[] }): Block {
  const names = name(domains.domains.join(', '));
  if (domains.from === 'flags') return paragraph('The domains of the company, as they were named: ', names);
  return note(
    'medium',
    names,
    ' is taken for the company’s domain because most people have it. That is a guess: name the domains with --domain.',
  );
}

function whyUnknown(candidates: readonly string[]): Inline[] {
  const next = ' Name the company’s domains with --domain to see who is from outside.';
  if (candidates.length === 0) return ['No person has an address, so no domain can be taken for the company’s.', next];
  return ['No domain can be taken for the company’s: ', name(candidates.join(', ')), ' are equally common.', next];
}
