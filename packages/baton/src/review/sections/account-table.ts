import { int } from '../evidence.ts';
import { type Block, plainTable, risk } from '../page.ts';
import type { ReviewInput } from '../review-input.ts';
import { toRisk } from '../risk.ts';
import { holderCell, MAX_ROWS, statusCell } from './rows.ts';

/** Which accounts, and what they are called together. */
export interface AccountQuestion {
  readonly id: string;
  readonly caption: string;
  /** A condition on the resource `r`, and on what it holds, `p`, which is null for who holds nothing. */
  readonly where: string;
  readonly values?: readonly string[];
  readonly total: number;
}

/** Accounts with their status and the gravest that each holds; who holds the gravest comes first. */
export function accountTable({ evidence, selection }: ReviewInput, question: AccountQuestion): Block {
  const { id, caption, where, values = [], total } = question;
  const rows = evidence.rows(
    `select r.*, p.highest, p.grants from resources r left join people p on p.type = r.type and p.id = r.id
     where ${where} order by p.rank is null, p.rank, r.name collate nocase, r.type, r.id limit ?`,
    ...values,
    MAX_ROWS,
  );
  return plainTable({
    id,
    caption,
    columns: [{ title: 'Account' }, { title: 'Status' }, { title: 'Gravest access' }],
    rows: rows.map((row) => [
      holderCell(row),
      statusCell(row),
      [row['grants'] === null ? 'holds nothing' : risk(toRisk(int(row, 'highest')))],
    ]),
    total,
    command: `baton resources ${selection} -o csv`,
  });
}

export function accountCount({ evidence }: ReviewInput, where: string, values: readonly string[] = []): number {
  return evidence.count(
    `from resources r left join people p on p.type = r.type and p.id = r.id where ${where}`,
    ...values,
  );
}
