import { int } from '../evidence.ts';
import { type Block, count, heading, type Inline, paragraph, plainTable, risk, type Section } from '../page.ts';
import type { ReviewInput } from '../review-input.ts';
import { toRisk } from '../risk.ts';
import { plural } from '../words.ts';
import { accountCount, accountTable } from './account-table.ts';
import { grantCells, grantRow } from './grants.ts';
import { holderCell, holderColumns, MAX_ROWS } from './rows.ts';

const offWhere = "r.kind in ('person', 'service') and r.state in ('disabled', 'deleted') and p.grants > 0";
// In this order, whatever SQLite thinks: few things are switched off.
const toOff = `from resources o cross join grants g on g.type = o.type and g.resource = o.id
  left join resources r on r.type = g.holder_type and r.id = g.holder
  where o.state in ('disabled', 'deleted')`;

export interface SwitchedOffSection {
  readonly section: Section;
  readonly accounts: Inline;
  readonly grants: Inline;
}

/** Access that is asleep: of accounts that are switched off, and to things that are. It is back when they are. */
export function switchedOffSection(input: ReviewInput): SwitchedOffSection {
  const { evidence, selection } = input;
  const accounts = accountCount(input, offWhere);
  const grants = evidence.count(toOff);
  const blocks: Block[] = [paragraph('It works again as soon as somebody switches the account, or the thing, on.')];
  if (accounts > 0) {
    const caption = `${plural(accounts, 'account')} switched off, with access`;
    blocks.push(
      heading('Accounts that are switched off and hold something'),
      accountTable(input, { id: 'off-accounts', caption, where: offWhere, total: accounts }),
    );
  }
  if (grants > 0) {
    const rows = evidence.rows(
      `select ${holderColumns}, ${grantCells}, g.risk as grant_risk
       ${toOff.replace('where', 'left join entitlements e on e.id = g.entitlement where')}
       order by g.risk desc, g.n limit ?`,
      MAX_ROWS,
    );
    blocks.push(
      heading('Access to something that is switched off'),
      plainTable({
        id: 'off-grants',
        caption: `${plural(grants, 'grant')} to something that is switched off`,
        columns: [
          { title: 'Holder' },
          { title: 'Risk' },
          { title: 'Permission' },
          { title: 'Of' },
          { title: 'How' },
          { title: 'Grant' },
        ],
        rows: rows.map((row) => [holderCell(row), [risk(toRisk(int(row, 'grant_risk')))], ...grantRow(evidence, row)]),
        total: grants,
        command: `baton grants ${selection} --filter 'resource.status == "disabled"'`,
      }),
    );
  }
  if (accounts + grants === 0) blocks.push(paragraph('There is no such access in the file.'));
  return {
    section: { id: 'off', title: 'Switched off, with access', blocks },
    accounts: count(accounts, 'off-accounts'),
    grants: count(grants, 'off-grants'),
  };
}
