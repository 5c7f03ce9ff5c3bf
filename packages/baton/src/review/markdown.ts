import type { Block, Content, Inline, Page, RowGroup, Section, Table } from './page.ts';
import { riskNames, risks } from './risk.ts';
import { fromOutside, fullTime, grouped, nameFromOutside } from './words.ts';

/** The page as Markdown with tables (GitHub's dialect). */
export function toMarkdown(page: Page): string {
  const contents = page.sections.map(({ id, title }) => `- [${escape(title)}](#${id})`).join('\n');
  const parts = [`# ${outside(page.title)}`, inlines(page.subtitle), contents, ...page.sections.flatMap(section)];
  return `${parts.join('\n\n')}\n`;
}

function section({ id, title, blocks }: Section): string[] {
  return [`${anchor(id)}\n\n## ${escape(title)}`, ...blocks.map(block).filter((text) => text !== '')];
}

function block(item: Block): string {
  switch (item.kind) {
    case 'text':
      return inlines(item.content);
    case 'list':
      return item.items.map((content) => `- ${inlines(content)}`).join('\n');
    case 'note':
      return `> ${inlines(item.content)}`;
    case 'facts':
      return item.facts.map(([label, value]) => `- ${escape(label)}: ${inlines(value)}`).join('\n');
    case 'figures':
      return item.figures.map(({ value, label }) => `- **${inline(value)}** ${escape(label)}`).join('\n');
    case 'shares':
      // The table below it says the same.
      return '';
    case 'heading':
      return `### ${escape(item.text)}`;
    case 'table':
      return table(item.table);
  }
}

/** One table for each group: Markdown has none within a table. */
function table({ id, caption, columns, groups, command }: Table): string {
  const head = `| ${columns.map(({ title }) => escape(title)).join(' | ')} |`;
  const rule = `|${columns.map(({ isNumber }) => (isNumber ? '--:' : '---')).join('|')}|`;
  const parts = groups.map((group) => [
    ...(group.id === undefined ? [] : [anchor(group.id)]),
    ...(group.head === undefined ? [] : [inlines(group.head)]),
    ...(group.rows.length === 0 ? [] : [[head, rule, ...group.rows.map(row)].join('\n')]),
    ...rest(group, command),
  ]);
  return [`${anchor(id)}\n\n${escape(caption)}`, ...parts.flat()].join('\n\n');
}

function row(cells: readonly Content[]): string {
  return `| ${cells.map(inlines).join(' | ')} |`;
}

function rest({ rows, total }: RowGroup, command: string | undefined): string[] {
  const left = total - rows.length;
  if (left <= 0) return [];
  return [
    `${grouped(left)} more are not on this page.${command === undefined ? '' : ` All are listed by ${codeSpan(command)}`}`,
  ];
}

function inlines(content: Content): string {
  return content.map(inline).join('').trim();
}

function inline(item: Inline): string {
  if (typeof item === 'string') return escape(item);
  switch (item.kind) {
    case 'name':
      return outside(item.text);
    case 'small':
      return item.text === '' ? '' : ` (${outside(item.text)})`;
    case 'code':
      return codeSpan(item.text);
    case 'count':
      return item.at === undefined || item.count === 0 ? grouped(item.count) : `[${grouped(item.count)}](#${item.at})`;
    case 'link':
      return `[${escape(item.text)}](#${item.to})`;
    case 'strong':
      return `**${escape(item.text)}**`;
    case 'risk':
      return item.risk === 4 ? `**${riskNames[item.risk]}**` : riskNames[item.risk];
    case 'risks':
      return risks.some((risk) => item.counts[risk] > 0) ? '' : '–';
    case 'time':
      return fullTime(item.at);
    case 'break':
      return '<br>';
  }
}

function anchor(id: string): string {
  return `<a id="${id}"></a>`;
}

/** Text from the file: cleaned, and every sign that Markdown, HTML or a linkifier could obey is written as a character. */
function outside(text: string): string {
  return nameFromOutside(text)
    .replaceAll(/[&<>"':]|(?<=www)\./gi, (sign) => `&#${sign.charCodeAt(0)};`)
    .replaceAll(/[\\`*_{}[\]()+!|~^$-]|#(?!\d+;)/g, (sign) => `\\${sign}`);
}

/** Our own words hold no more than these. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('|', '\\|');
}

/** Fenced by more backticks than it holds. A table ends its cell at a `|` even here. */
function codeSpan(text: string): string {
  const clean = fromOutside(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return clean === '' ? '' : `${fence}${longest > 0 ? ` ${clean} ` : clean}${fence}`;
}
