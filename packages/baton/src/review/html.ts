import { createHash } from 'node:crypto';
import type { Block, Content, Inline, Page, RiskCounts, RowGroup, Section, Table } from './page.ts';
import { type Risk, riskNames, risks } from './risk.ts';
import { style } from './style.ts';
import { fromOutside, fullTime, grouped, nameFromOutside } from './words.ts';

const styleHash = createHash('sha256').update(style).digest('base64');
/** Nothing is loaded and nothing runs, whatever a name in the file would like to be. */
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

/** The page as one HTML file without scripts, which loads nothing. */
export function toHtml(page: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escape(fromOutside(page.title))}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#main">Go to the content</a>
${marks}
<header>
<h1>${outside(page.title)}</h1>
<p>${inlines(page.subtitle)}</p>
</header>
<nav aria-label="Contents"><ol>
${page.sections.map(({ id, title }) => `<li><a href="#${id}">${escape(title)}</a></li>`).join('\n')}
</ol></nav>
<main id="main">
${page.sections.map(section).join('\n')}
</main>
</body>
</html>
`;
}

function section({ id, title, blocks, isAnnex }: Section): string {
  const annex = isAnnex === true ? ' class="annex"' : '';
  return `<section id="${id}"${annex} aria-labelledby="${id}-title">
<h2 id="${id}-title">${escape(title)}</h2>
${blocks.map(block).join('\n')}
</section>`;
}

function block(item: Block): string {
  switch (item.kind) {
    case 'text':
      return `<p>${inlines(item.content)}</p>`;
    case 'list':
      return `<ul>\n${item.items.map((content) => `<li>${inlines(content)}</li>`).join('\n')}\n</ul>`;
    case 'note':
      return `<p class="note ${item.tone}" role="note">${inlines(item.content)}</p>`;
    case 'facts':
      return `<dl>\n${item.facts.map(([label, value]) => `<dt>${escape(label)}</dt><dd>${inlines(value)}</dd>`).join('\n')}\n</dl>`;
    case 'figures':
      return `<ul class="figures">\n${item.figures
        .map(({ value, label }) => `<li><b>${inline(value)}</b> ${escape(label)}</li>`)
        .join('\n')}\n</ul>`;
    case 'shares':
      return `<p class="label">${escape(item.label)}</p>${bar(item.counts, 'shares', inWords(item.counts))}`;
    case 'heading':
      return `<h3>${escape(item.text)}</h3>`;
    case 'table':
      return table(item.table);
  }
}

function table({ id, caption, columns, groups, command }: Table): string {
  const head = columns.map(
    ({ title, isNumber }) => `<th scope="col"${isNumber ? ' class="n"' : ''}>${escape(title)}</th>`,
  );
  return `<div class="scroll" role="region" aria-label="${escape(caption)}" tabindex="0">
<table id="${id}">
<caption>${escape(caption)}</caption>
<thead><tr class="head">${head.join('')}</tr></thead>
${groups.map((group) => rowGroup(group, columns, command)).join('\n')}
</table>
</div>`;
}

function rowGroup(group: RowGroup, columns: Table['columns'], command: string | undefined): string {
  const { id, head, rows, total } = group;
  const width = columns.length;
  const lines = [`<tbody${id === undefined ? '' : ` id="${id}"`}>`];
  if (head !== undefined) {
    lines.push(`<tr class="group"><th scope="rowgroup" colspan="${width}">${inlines(head)}</th></tr>`);
  }
  for (const row of rows) {
    const cells = row.map((content, place) => {
      const number = columns[place]?.isNumber ? ' class="n"' : '';
      return place === 0
        ? `<th scope="row"${number}>${inlines(content)}</th>`
        : `<td${number}>${inlines(content)}</td>`;
    });
    lines.push(`<tr>${cells.join('')}</tr>`);
  }
  const left = total - rows.length;
  if (left > 0) {
    const all = command === undefined ? '' : ` All are listed by <code>${escape(fromOutside(command))}</code>`;
    lines.push(`<tr class="rest"><td colspan="${width}">${grouped(left)} more are not on this page.${all}</td></tr>`);
  }
  lines.push('</tbody>');
  return lines.join('\n');
}

function inlines(content: Content): string {
  return content.map(inline).join('');
}

function inline(item: Inline): string {
  if (typeof item === 'string') return escape(item);
  switch (item.kind) {
    case 'name':
      return outside(item.text);
    case 'small':
      return item.text === '' ? '' : `<span class="small">${outside(item.text)}</span>`;
    case 'code':
      return `<code>${escape(fromOutside(item.text))}</code>`;
    case 'count':
      return item.at === undefined || item.count === 0
        ? grouped(item.count)
        : `<a href="#${item.at}">${grouped(item.count)}</a>`;
    case 'link':
      return `<a href="#${item.to}">${escape(item.text)}</a>`;
    case 'strong':
      return `<strong>${escape(item.text)}</strong>`;
    case 'risk':
      return `<span class="r${item.risk}">${mark(item.risk)}${capital(riskNames[item.risk])}</span>`;
    case 'risks':
      return bar(item.counts, 'mini', inWords(item.counts));
    case 'time':
      return `<time datetime="${item.at.toISOString()}">${fullTime(item.at)}</time>`;
    case 'break':
      return '<br>';
  }
}

/** Text from the file, in its own direction of writing. */
function outside(text: string): string {
  return `<bdi dir="auto">${escape(nameFromOutside(text))}</bdi>`;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '');
}

function mark(risk: Risk): string {
  return `<svg class="mark" aria-hidden="true"><use href="#mark-${risk}"></use></svg>`;
}

const bars = [
  { x: 1, height: 4 },
  { x: 5.5, height: 7.6 },
  { x: 10, height: 11.2 },
];

/** The marks of the risks, drawn once. Shape comes before colour: they can be told apart in grey. */
const marks = `<svg class="defs" aria-hidden="true">
<symbol id="mark-4" viewBox="0 0 14 14"><rect class="f4" width="14" height="14" rx="3"/><path class="on" d="M6.1 3h1.8v5.2H6.1zM6.1 9.4h1.8v1.8H6.1z"/></symbol>
${([3, 2, 1, 0] as const)
  .map((risk) => {
    const drawn = bars.map(({ x, height }, place) => {
      const fill = place < risk ? `f${risk}` : 'f0';
      return `<rect class="${fill}" x="${x}" y="${(12.6 - height).toFixed(1)}" width="3" height="${height}" rx="1"/>`;
    });
    return `<symbol id="mark-${risk}" viewBox="0 0 14 14">${drawn.join('')}</symbol>`;
  })
  .join('\n')}
</svg>`;

/** A bar that is cut by risk, the gravest first. */
function bar(counts: RiskCounts, look: 'mini' | 'shares', label: string): string {
  const total = risks.reduce<number>((sum, risk) => sum + counts[risk], 0);
  if (total === 0) return '';
  let x = 0;
  const pieces = risks.flatMap((risk) => {
    const width = (counts[risk] / total) * 1000;
    const piece = `<rect class="${fills[risk]}" x="${x.toFixed(2)}" width="${width.toFixed(2)}" height="10"/>`;
    x += width;
    return width === 0 ? [] : [piece];
  });
  return `<svg class="${look}" role="img" aria-label="${escape(label)}" viewBox="0 0 1000 10" preserveAspectRatio="none">${pieces.join('')}</svg>`;
}

/** Little risk is no virtue and no colour. */
const fills: Readonly<Record<Risk, string>> = { 4: 'f4', 3: 'f3', 2: 'f2', 1: 'low', 0: 'unrated' };

function inWords(counts: RiskCounts): string {
  return risks
    .filter((risk) => counts[risk] > 0)
    .map((risk) => `${grouped(counts[risk])} ${riskNames[risk]}`)
    .join(', ');
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
