import { knownScopes } from '../connector/scope-catalogue.ts';
import type { AccountPicture } from './account-picture.ts';
import type { Changes } from './changes.ts';
import { reviewQuestions } from './questions.ts';

/** More names than this would push the rest off the screen; `npx baton-sendgrid` writes all of them into the file. */
const shownPerQuestion = 6;

export interface TellOptions {
  readonly file: string;
  /** What changed since the previous sync; undefined when there was none. */
  readonly changes: Changes | undefined;
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/** The account in one screen of plain text. */
export function tellAccount(account: AccountPicture, options: TellOptions): string {
  const { bold, dim } = styles(options.colour);
  const lines = ['', bold(`What is in ${options.file}`), ...table(factsOf(account))];
  const questions = reviewQuestions(account);
  if (questions.length > 0) lines.push('', bold('What a reviewer would ask about'));
  for (const { title, why, about } of questions) {
    lines.push(
      '',
      `  ${bold(`${title}: ${about.length}`)}`,
      ...wrap(harmless(why), options.width - 4).map((line) => `    ${dim(line)}`),
    );
    lines.push(...shorten(about, shownPerQuestion).map((one) => cut(`    ${one}`, options.width)));
  }
  if (options.changes !== undefined)
    lines.push('', bold('Since the sync before'), ...changesIn(options.changes, options.width));
  return `${lines.join('\n')}\n`;
}

function factsOf(account: AccountPicture): (readonly [label: string, count: number, note: string])[] {
  const local = account.people.filter(({ parentId }) => parentId !== '').length;
  const expired = account.invitations.filter(({ statusDetails }) => /expired/.test(statusDetails)).length;
  const off = account.subusers.filter(({ disabled }) => disabled).length;
  const unknown = account.scopes.filter((name) => !knownScopes.has(name)).length;
  const direct =
    account.scopeAccess.length + account.subuserAccess.length + account.owners.length + account.admins.length;
  const facts: (readonly [string, number, string])[] = [
    ['People', account.people.length, part(local, 'only in a subuser')],
    ['Admins and owner', account.owners.length + account.admins.length, 'hold every permission'],
    ['Invitations', account.invitations.length, part(expired, 'expired')],
    ['Subusers', account.subusers.length, part(off, 'switched off')],
    ['Scopes', account.scopes.length, part(unknown, 'that we cannot explain')],
    ['Grants', account.grants, `${grouped(direct)} given to people directly, the others follow from a role`],
  ];
  if (account.apiKeys.length > 0) facts.push(['API keys', account.apiKeys.length, '']);
  return facts;
}

function part(count: number, what: string): string {
  return count === 0 ? '' : `${count} ${what}`;
}

function table(rows: readonly (readonly [label: string, count: number, note: string])[]): string[] {
  const label = Math.max(...rows.map(([text]) => text.length));
  const count = Math.max(...rows.map(([, number]) => grouped(number).length));
  return rows.map(([text, number, note]) =>
    `  ${text.padEnd(label)}  ${grouped(number).padStart(count)}${note === '' ? '' : `  ${note}`}`.trimEnd(),
  );
}

function grouped(number: number): string {
  return number.toLocaleString('en-US');
}

function changesIn({ appeared, gone }: Changes, width: number): string[] {
  if (appeared.length + gone.length === 0) return ['  Nothing changed.'];
  return [
    ...shorten(appeared, 2 * shownPerQuestion).map((text) => cut(`  + ${text}`, width)),
    ...shorten(gone, 2 * shownPerQuestion).map((text) => cut(`  - ${text}`, width)),
  ];
}

function shorten(items: readonly string[], most: number): string[] {
  return items.length <= most ? [...items] : [...items.slice(0, most), `… and ${items.length - most} more`];
}

function cut(line: string, width: number): string {
  const safe = harmless(line);
  const characters = Array.from(safe);
  return characters.length <= width ? safe : `${characters.slice(0, width - 1).join('')}…`;
}

/** Names come from outside: what could move the cursor or recolour the terminal is shown as a box. */
function harmless(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}/gu, '□');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function styles(colour: boolean): { bold: (text: string) => string; dim: (text: string) => string } {
  const style = (on: number, off: number) => (text: string) => (colour ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  return { bold: style(1, 22), dim: style(2, 22) };
}
