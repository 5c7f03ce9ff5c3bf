/** JSON whose objects keep the order they are given, numeric keys included: that is why they are maps. */
export type JsonNode = null | boolean | number | string | JsonNode[] | Map<string, JsonNode>;

export interface JsonLayout {
  /** Spaces for each level; 0 for one line without spaces. */
  readonly indent: number;
  readonly escapeHtml: boolean;
}

export function printJson(node: JsonNode, layout: JsonLayout): string {
  const text = printNode(node, layout.indent, layout.indent === 0 ? '' : '\n');
  return layout.escapeHtml ? text.replace(/[<>&\u2028\u2029]/g, escapeCharacter) : text;
}

/** These characters occur inside strings only, so that they can be escaped in the finished text. */
function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `line` is the line break, with the indentation of the enclosing value. */
function printNode(node: JsonNode, indent: number, line: string): string {
  if (typeof node === 'number') return Object.is(node, -0) ? '-0' : JSON.stringify(node);
  if (node === null || typeof node !== 'object') return JSON.stringify(node);
  const deeper = line + ' '.repeat(indent);
  if (node instanceof Map) {
    const colon = indent === 0 ? ':' : ': ';
    const entries: string[] = [];
    for (const [key, value] of node) entries.push(`${JSON.stringify(key)}${colon}${printNode(value, indent, deeper)}`);
    return entries.length === 0 ? '{}' : `{${deeper}${entries.join(`,${deeper}`)}${line}}`;
  }
  const items = node.map((item) => printNode(item, indent, deeper));
  return items.length === 0 ? '[]' : `[${deeper}${items.join(`,${deeper}`)}${line}]`;
}
