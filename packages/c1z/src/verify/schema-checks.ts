import type { DatabaseSync } from 'node:sqlite';
import { columnTypes, indexes, tables } from '../schema.ts';
import type { Report } from './finding.ts';

/** Tables, columns and indexes (`c1z-format.md §2.2, §2.3`). Returns whether rows can be checked at all. */
export function checkSchema(db: DatabaseSync, report: Report): boolean {
  const damage = db
    .prepare('pragma main.integrity_check(20)')
    .all()
    .map((row) => String(row['integrity_check']));
  if (damage[0] !== 'ok') {
    for (const message of damage) {
      report({ severity: 'error', rule: 'database-damaged', source: 'c1z-format.md §1.1', where: 'database', message });
    }
    return false;
  }
  return checkTables(db, report);
}

/** The same without looking for damage, which reads every page, and compares every index with its table. */
export function checkTables(db: DatabaseSync, report: Report): boolean {
  const complete = Object.keys(tables).map((table) => checkTable(db, table, report));
  checkIndexes(db, report);
  for (const name of foreignTables(db)) {
    report({
      severity: 'warning',
      rule: 'foreign-table',
      source: 'c1z-format.md §2.4',
      where: name,
      message: `the table ${name} is not part of the format; copies of the file lose it`,
    });
  }
  return complete.every(Boolean) && haveReadableNumbers(db, report);
}

/** Rows whose number JavaScript cannot hold. No writer makes them. */
function haveReadableNumbers(db: DatabaseSync, report: Report): boolean {
  const largest = Number.MAX_SAFE_INTEGER;
  const unreadable = Object.keys(tables).filter((table) => {
    const sql = `select 1 from main.${table} where id > ${largest} union all select 1 from main.${table} where id < -${largest}`;
    return db.prepare(`${sql} limit 1`).get() !== undefined;
  });
  for (const table of unreadable) {
    const message = `${table} has a row whose number is beyond ${largest}, which cannot be read`;
    report({ severity: 'error', rule: 'row-number', source: 'c1z-format.md §2.2', where: table, message });
  }
  return unreadable.length === 0;
}

function checkTable(db: DatabaseSync, table: string, report: Report): boolean {
  const expected = tables[table] ?? [];
  const present = columnTypes(db, table);
  const tell = (severity: 'error' | 'warning', rule: string, message: string): void =>
    report({ severity, rule, source: 'c1z-format.md §2.2', where: table, message });
  if (present.size === 0) {
    tell('error', 'table-missing', `the table ${table} is missing`);
    return false;
  }
  let complete = true;
  for (const { name, type, added } of expected) {
    const found = present.get(name);
    if (found === undefined) {
      // Older writers did not know it, and readers add it.
      tell(added ? 'warning' : 'error', 'column-missing', `${table} lacks the column ${name}`);
      if (!added) complete = false;
    } else if (!sameType(found, type)) {
      tell('error', 'column-type', `${table}.${name} is declared as “${found}” instead of “${type}”`);
    }
  }
  const known = new Set(['id', ...expected.map(({ name }) => name)]);
  for (const name of present.keys()) {
    if (!known.has(name))
      tell('error', 'foreign-column', `${table}.${name} is not part of the format: copies of the file fail`);
  }
  return complete;
}

const sameType = (found: string, declared: string): boolean => found === declared.split(' ')[0];

function checkIndexes(db: DatabaseSync, report: Report): void {
  for (const [name, { table, unique }] of Object.entries(indexes)) {
    const found = indexIn(db, name);
    const wanted = demanded(name);
    if (found === wanted) continue;
    report({
      // Writers upsert by the unique ones; readers make the others themselves.
      severity: unique === true ? 'error' : 'warning',
      rule: found === undefined ? 'index-missing' : 'index-differs',
      source: 'c1z-format.md §2.3',
      where: table,
      message:
        found === undefined
          ? `the index ${name} is missing`
          : `the index ${name} covers “${found}” instead of “${wanted}”`,
    });
  }
}

/** Whether the file has the index of that name, over the columns that the format demands. */
export function hasDemandedIndex(db: DatabaseSync, name: string, file = 'main'): boolean {
  return indexIn(db, name, file) === demanded(name);
}

function demanded(name: string): string {
  const index = indexes[name];
  return normalized(`${index?.unique === true ? 'unique ' : ''}${index?.table} ${index?.on}`);
}

function indexIn(db: DatabaseSync, name: string, file = 'main'): string | undefined {
  const sql = db.prepare(`select sql from ${file}.sqlite_master where type = 'index' and name = ?`).get(name)?.['sql'];
  return typeof sql === 'string'
    ? normalized(sql.replace(/^create\s+(unique\s+)?index\s+(if not exists\s+)?\S+\s+on\s+/i, '$1'))
    : undefined;
}

const normalized = (sql: string): string =>
  sql
    .toLowerCase()
    .replaceAll(/["`[\]]/g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\s*([(),])\s*/g, '$1')
    .trim();

function foreignTables(db: DatabaseSync): string[] {
  return db
    .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name")
    .all()
    .map((row) => String(row['name']))
    .filter((name) => !(name in tables));
}
