// Draws terminal output as an SVG, for the README: `FORCE_COLOR=1 npm run sync | node scripts/picture.mjs docs/images/npm-run-sync.svg`.
import { readFileSync, writeFileSync } from 'node:fs';

const [target] = process.argv.slice(2);
if (target === undefined) {
  console.error('Give the SVG file to write; the terminal output is read from stdin.');
  process.exit(1);
}

// npm's own two lines about the script it runs say less than the command that was typed.
const output = readFileSync(0, 'utf8').replace(/^\n(?:> .*\n)+/, '');
const lines = ['\u001b[2m$\u001b[22m npm run sync', ...output.trimEnd().split('\n')];
const plain = (line) => line.replaceAll(/\u001b\[[0-9;]*[A-Za-z]|\r/g, '');
const columns = Math.max(...lines.map((line) => plain(line).length));
const [advance, lineHeight, margin] = [7.83, 18, 16];
const width = Math.ceil(columns * advance + 2 * margin);
const height = lines.length * lineHeight + 2 * margin;

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function draw(line) {
  let style = '';
  return line
    .split(/(\u001b\[[0-9;]*m)/)
    .map((part) => {
      const code = /^\u001b\[([0-9;]*)m$/.exec(part)?.[1];
      if (code === undefined) return part === '' ? '' : `<tspan${style}>${escape(plain(part))}</tspan>`;
      style = code === '1' ? ' font-weight="bold" fill="#ffffff"' : code === '2' ? ' fill="#8b98a9"' : '';
      return '';
    })
    .join('');
}

const rows = lines.map(
  (line, index) => `<text x="${margin}" y="${margin + 13 + index * lineHeight}">${draw(line)}</text>`,
);
writeFileSync(
  target,
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="100%" height="100%" rx="8" fill="#1b2230"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="#d7dee8" xml:space="preserve">
${rows.join('\n')}
</g>
</svg>
`,
);
