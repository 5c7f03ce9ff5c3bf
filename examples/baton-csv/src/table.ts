import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { BatonError, Code } from '@baton-ts/connector-sdk';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';

/** The rows of a CSV file whose first line names its columns: each row has the values of `columns`, in that order. */
export function readTable(file: string, columns: readonly string[]): string[][] {
  let lines: string[][];
  try {
    lines = parse(readFileSync(file), { bom: true, skip_empty_lines: true, trim: true });
  } catch (cause) {
    const message = `${file} cannot be read: it is missing, or its lines have different numbers of values.`;
    throw new BatonError(Code.FailedPrecondition, message, { cause });
  }
  const [header = [], ...rows] = lines;
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new BatonError(Code.FailedPrecondition, `${file} lacks ${missing.join(', ')} in its first line.`);
  }
  const places = columns.map((column) => header.indexOf(column));
  return rows.map((row) => places.map((place) => row[place] ?? ''));
}

/** Replaces the file in one step, so that nobody ever reads half of it. */
export function writeTable(file: string, columns: readonly string[], rows: readonly string[][]): void {
  writeFileSync(`${file}.new`, stringify([columns, ...rows]));
  renameSync(`${file}.new`, file);
}
