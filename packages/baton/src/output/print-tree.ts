import type { ConsoleLayout } from './row-writer.ts';
import { oneLine } from './text-width.ts';

/** Shows rows as a tree of two levels below a title. */
export function printTree<Row>(
  title: string,
  branch: (row: Row) => { readonly name: string; readonly below: readonly string[] },
): ConsoleLayout<Row> {
  let head = `${oneLine(title)}\n`;
  return {
    render: (row) => {
      const { name, below } = branch(row);
      return [name, ...below];
    },
    writer: {
      row: ([name = '', ...below]) => {
        const lines = [`  ${oneLine(name)}`, ...below.map((text) => `    ${oneLine(text)}`)];
        const text = `${head}${lines.join('\n')}\n`;
        head = '';
        return text;
      },
      end: () => `${head}\n`,
    },
  };
}
