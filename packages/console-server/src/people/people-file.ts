import { BatonError, Code } from '@baton-ts/protocol/errors';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { ImportProblem, ImportRow } from '../domain/person-import.ts';
import { plainEmail } from './person.ts';

/** A company with more people than that has a directory of another kind. Each one is a record in the system log. */
const MAX_ROWS = 20_000;
const MAX_RECORD_CHARACTERS = 20_000;
const MAX_TEXT = 200;

const columns = ['email', 'name', 'manager', 'title', 'department'] as const;
type Column = (typeof columns)[number];

export interface PeopleFile {
  readonly rows: readonly ImportRow[];
  readonly problems: readonly ImportProblem[];
}

/**
 * Reads a CSV file of people: columns email, name, manager (an e-mail address), title, department, in any order and case;
 * email and name have to be there. Separated by comma, semicolon or tab, whichever its first line has most of.
 *
 * @returns the good rows, and what is wrong with the others by line
 */
export function readPeopleFile(csv: string): PeopleFile {
  const records = readRecords(csv);
  const [head, ...body] = records;
  if (head === undefined) return { rows: [], problems: [{ line: 1, message: 'The file is empty.' }] };
  const { places, problems } = readHead(head);
  if (!places.has('email') || !places.has('name')) return { rows: [], problems };
  if (body.length > MAX_ROWS) {
    const message = `The file has ${body.length} lines of people; at most ${MAX_ROWS} are read at once. Split it.`;
    return { rows: [], problems: [{ line: 1, message }] };
  }
  const rows: ImportRow[] = [];
  const lineOf = new Map<string, number>();
  for (const record of body) {
    const read = readRow(record, places, head.cells.length);
    if ('message' in read) {
      problems.push(read);
      continue;
    }
    const first = lineOf.get(read.email);
    if (first !== undefined) {
      problems.push({ line: read.line, message: `${read.email} is in line ${first} already. This line is left out.` });
      continue;
    }
    lineOf.set(read.email, read.line);
    rows.push(read);
  }
  return { rows, problems };
}

interface Cells {
  readonly line: number;
  readonly cells: readonly string[];
}

function readRecords(csv: string): Cells[] {
  const [firstLine = ''] = csv.split(/\r?\n/, 1);
  const count = (separator: string): number => firstLine.split(separator).length;
  const [delimiter = ','] = [',', ';', '\t'].sort((one, other) => count(other) - count(one));
  const records: Cells[] = [];
  try {
    // The line of a record is where it ends; where it begins is what a person looks for.
    let line = 1;
    parse(csv, {
      bom: true,
      delimiter,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: false,
      max_record_size: MAX_RECORD_CHARACTERS,
      on_record(record: string[], { lines }) {
        if (record.some((cell) => cell !== '')) records.push({ line, cells: record });
        line = lines + 1;
        return null;
      },
    });
  } catch (cause) {
    const ended: unknown = cause instanceof Error && 'lines' in cause ? cause.lines : undefined;
    const lines = typeof ended === 'number' ? `, near line ${ended}` : '';
    throw new BatonError(
      Code.InvalidArgument,
      `The file is not a CSV file${lines}. Check that every quotation mark is closed.`,
      { cause },
    );
  }
  return records;
}

function readHead(head: Cells): { places: Map<Column, number>; problems: ImportProblem[] } {
  const places = new Map<Column, number>();
  const problems: ImportProblem[] = [];
  for (const [place, cell] of head.cells.entries()) {
    const column = columns.find((name) => name === cell.toLowerCase());
    if (column === undefined) {
      const known = columns.join(', ');
      if (cell !== '')
        problems.push({ line: head.line, message: `The column "${cell}" is not read. Known: ${known}.` });
    } else if (places.has(column)) {
      problems.push({ line: head.line, message: `The column ${column} is there twice. The first one counts.` });
    } else {
      places.set(column, place);
    }
  }
  for (const needed of ['email', 'name'] as const) {
    if (!places.has(needed)) {
      problems.push({
        line: head.line,
        message: `The column ${needed} is missing. The first line has to name the columns.`,
      });
    }
  }
  return { places, problems };
}

const emailSchema = z.email().max(320);

function readRow({ line, cells }: Cells, places: Map<Column, number>, width: number): ImportRow | ImportProblem {
  if (cells.length !== width) {
    return { line, message: `The line has ${cells.length} values, the first line names ${width} columns.` };
  }
  const cell = (column: Column): string | undefined => {
    const place = places.get(column);
    return place === undefined ? undefined : (cells[place] ?? '');
  };
  const email = emailSchema.safeParse(cell('email') ?? '');
  if (!email.success) return { line, message: `"${cell('email')}" is not an e-mail address.` };
  const displayName = cell('name') ?? '';
  if (displayName === '') return { line, message: 'The name is missing.' };
  const manager = cell('manager');
  if (manager !== undefined && manager !== '' && !emailSchema.safeParse(manager).success) {
    return { line, message: `The manager "${manager}" is not an e-mail address.` };
  }
  if (manager !== undefined && plainEmail(manager) === plainEmail(email.data)) {
    return { line, message: `${email.data} cannot be their own manager.` };
  }
  for (const column of ['name', 'title', 'department'] as const) {
    if ((cell(column) ?? '').length > MAX_TEXT) {
      return { line, message: `The ${column} is longer than ${MAX_TEXT} characters.` };
    }
  }
  const jobTitle = cell('title');
  const department = cell('department');
  return {
    line,
    email: plainEmail(email.data),
    displayName,
    ...(jobTitle === undefined ? {} : { jobTitle }),
    ...(department === undefined ? {} : { department }),
    ...(manager === undefined ? {} : { managerEmail: plainEmail(manager) }),
  };
}
