// Writes docs/sdk-reference.md from the doc comments of what the SDK exports. `--print` writes to stdout instead.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'packages', 'connector-sdk', 'src');
const target = join(root, 'docs', 'sdk-reference.md');

const introduction = `# Reference of @baton-ts/connector-sdk

What a connector author can import, file by file, with what the code itself says about it.
[Build a connector](build-a-connector.md) is the place to begin.

<!-- Written by scripts/sdk-reference.mjs from the doc comments: change those, then run npm run generate. -->
`;

/** The exports that the index names: undefined means all of that file's. */
function exportsOfIndex() {
  const wanted = new Map();
  for (const node of parse(join(source, 'index.ts')).program.body) {
    const from = node.source?.value;
    if (from === undefined || !from.startsWith('.')) continue;
    const names = node.type === 'ExportAllDeclaration' ? undefined : node.specifiers.map((one) => one.exported.name);
    wanted.set(join(source, from), names);
  }
  return wanted;
}

function parse(file) {
  const text = readFileSync(file, 'utf8');
  return { text, ...parseSync(file, text) };
}

function sectionOf(file, names) {
  const { text, program, comments } = parse(file);
  const entries = program.body.flatMap((node) => {
    const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : undefined;
    if (!declaration) return [];
    const named = namesOf(declaration).filter((name) => names === undefined || names.includes(name));
    if (named.length === 0) return [];
    const words = comments.findLast((one) => one.end <= node.start && /^\s*$/.test(text.slice(one.end, node.start)));
    return [entry(named, words, signatureOf(text, node, declaration))];
  });
  const path = relative(root, file);
  return entries.length === 0
    ? []
    : [`## ${relative(source, file).replace(/\.ts$/, '')}`, `[${path}](../${path})`, ...entries];
}

function namesOf(declaration) {
  return declaration.type === 'VariableDeclaration'
    ? declaration.declarations.map(({ id }) => id.name)
    : [declaration.id.name];
}

function entry(names, comment, signature) {
  const words = comment?.type === 'Block' && comment.value.startsWith('*') ? proseOf(comment.value) : '';
  return [`### ${names.join(', ')}`, words, `\`\`\`ts\n${signature}\n\`\`\``]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The text of a doc comment, its tags as paragraphs. */
function proseOf(value) {
  const lines = value
    .slice(1)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const paragraphs = [];
  let example;
  for (const line of lines) {
    const tag = /^@(param|returns|example|throws) ?(.*)$/.exec(line);
    if (tag?.[1] === 'example') paragraphs.push((example = ['```ts', ...(tag[2] === '' ? [] : [tag[2]])]));
    else if (example !== undefined) example.push(line);
    else if (tag)
      paragraphs.push([
        tag[1] === 'param' ? `- ${tag[2].replace(/^(\S+)/, '`$1`:')}` : `${capital(tag[1])}: ${tag[2]}`,
      ]);
    else if (line === '') paragraphs.push([]);
    else (paragraphs.at(-1) ?? (paragraphs.push([]), paragraphs.at(-1))).push(line);
  }
  example?.push('```');
  return paragraphs
    .map((part) => part.join('\n').trim())
    .filter((part) => part !== '')
    .join('\n\n');
}

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/** The declaration without bodies: what a caller has to know. */
function signatureOf(text, node, declaration) {
  const cuts = [];
  if (declaration.type === 'FunctionDeclaration') cuts.push(declaration.body);
  if (declaration.type === 'VariableDeclaration') {
    for (const { init } of declaration.declarations) if (init?.type === 'ArrowFunctionExpression') cuts.push(init.body);
  }
  if (declaration.type === 'ClassDeclaration') cuts.push(...declaration.body.body.flatMap(cutOfMember));
  let shown = '';
  let at = node.start;
  for (const cut of cuts.filter(Boolean).sort((a, b) => a.start - b.start)) {
    shown += text
      .slice(at, cut.start)
      .replace(/\s*=>\s*$/, '')
      .trimEnd();
    at = cut.end;
  }
  const rest = text.slice(at, node.end);
  return (shown + (cuts.length > 0 && rest.trim() === ';' ? '' : rest)).replaceAll(/\n{2,}/g, '\n').trim();
}

/** Private members vanish, bodies of the others too. */
function cutOfMember(member) {
  const isPrivate = member.key?.type === 'PrivateIdentifier' || member.accessibility === 'private';
  return isPrivate ? [member] : member.value?.body ? [member.value.body] : [];
}

const sections = [...exportsOfIndex()]
  .filter(([file]) => existsSync(file))
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .flatMap(([file, names]) => sectionOf(file, names));
const page = `${[introduction, ...sections].join('\n\n')}\n`.replaceAll(/\n{3,}/g, '\n\n');
if (process.argv[2] === '--print') process.stdout.write(page);
else writeFileSync(target, page);
