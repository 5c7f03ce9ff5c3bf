import type { Risk } from './risk.ts';

// What stands on the page, without how it looks: the HTML and the Markdown are made of the same, so they say the same.

/** How many of something there are, by risk. */
export type RiskCounts = Readonly<Record<Risk, number>>;

/** A piece of text. A plain string is our own words; what comes from the file says so, and is made harmless. */
export type Inline =
  | string
  /** A name from the file. */
  | { readonly kind: 'name'; readonly text: string }
  /** The smaller words below a name: an address, a type. */
  | { readonly kind: 'small'; readonly text: string }
  /** An id from the file, or what is typed. */
  | { readonly kind: 'code'; readonly text: string }
  /** A number, and where the rows are that it counts. */
  | { readonly kind: 'count'; readonly count: number; readonly at: string | undefined }
  | { readonly kind: 'link'; readonly text: string; readonly to: string }
  | { readonly kind: 'strong'; readonly text: string }
  | { readonly kind: 'risk'; readonly risk: Risk }
  | { readonly kind: 'risks'; readonly counts: RiskCounts }
  | { readonly kind: 'time'; readonly at: Date }
  | { readonly kind: 'break' };

export type Content = readonly Inline[];

/** Rows that belong together. */
export interface RowGroup {
  /** For links to exactly these rows. */
  readonly id?: string;
  readonly head?: Content;
  readonly rows: readonly (readonly Content[])[];
  /** All rows that there are; more than `rows` when the page would become too long. */
  readonly total: number;
}

export interface Table {
  /** For links to all its rows. */
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly { readonly title: string; readonly isNumber?: true }[];
  readonly groups: readonly RowGroup[];
  /** The command that lists all rows, where the page may show fewer. */
  readonly command?: string;
}

export type Block =
  | { readonly kind: 'text'; readonly content: Content }
  | { readonly kind: 'list'; readonly items: readonly Content[] }
  /** Something that the reader must not miss. */
  | { readonly kind: 'note'; readonly tone: 'critical' | 'medium' | 'neutral'; readonly content: Content }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [label: string, value: Content])[] }
  | { readonly kind: 'figures'; readonly figures: readonly Figure[] }
  /** One bar, cut by risk; its numbers stand in the table below it. */
  | { readonly kind: 'shares'; readonly label: string; readonly counts: RiskCounts }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'table'; readonly table: Table };

export interface Figure {
  readonly value: Inline;
  readonly label: string;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
  /** Begins on a new sheet of paper. */
  readonly isAnnex?: true;
}

export interface Page {
  readonly title: string;
  /** What it is about, in one line. */
  readonly subtitle: Content;
  readonly sections: readonly Section[];
}

export const name = (text: string): Inline => ({ kind: 'name', text });
export const small = (text: string): Inline => ({ kind: 'small', text });
export const code = (text: string): Inline => ({ kind: 'code', text });
export const strong = (text: string): Inline => ({ kind: 'strong', text });
export const link = (text: string, to: string): Inline => ({ kind: 'link', text, to });
export const lineBreak: Inline = { kind: 'break' };
export const risk = (level: Risk): Inline => ({ kind: 'risk', risk: level });
export const time = (at: Date): Inline => ({ kind: 'time', at });

/** A number that leads to the table or group with exactly that many rows. */
export const count = (number: number, at?: string): Inline => ({ kind: 'count', count: number, at });

export const paragraph = (...content: Inline[]): Block => ({ kind: 'text', content });
export const heading = (text: string): Block => ({ kind: 'heading', text });
export const tableBlock = (table: Table): Block => ({ kind: 'table', table });
export const note = (tone: 'critical' | 'medium' | 'neutral', ...content: Inline[]): Block => ({
  kind: 'note',
  tone,
  content,
});

/** A table of one group. */
export function plainTable(table: Omit<Table, 'groups'> & Pick<RowGroup, 'rows' | 'total'>): Block {
  const { rows, total, ...rest } = table;
  return tableBlock({ ...rest, groups: [{ rows, total }] });
}
