import type { AuditEntry } from './audit-log.ts';
import { canonicalJson } from './canonical-json.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields that differ, for an entry; undefined when none does, and then there is nothing to write.
 *
 * @param secrets fields of which only the change is told; a value of `undefined`, `null` or `''` counts as none
 * @example const changed = changedFields({ name: 'a', key: 'x' }, { name: 'b', key: 'y' }, ['key'])
 * // { before: { name: 'a', key: 'a saved value' }, after: { name: 'b', key: 'a new value' } }
 */
export function changedFields(
  before: Fields,
  after: Fields,
  secrets: readonly string[] = [],
): Required<Pick<AuditEntry, 'before' | 'after'>> | undefined {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => canonicalJson(before[name] ?? null) !== canonicalJson(after[name] ?? null),
  );
  if (names.length === 0) return undefined;
  const shown = (fields: Fields, word: string): Fields =>
    Object.fromEntries(
      names.map((name) => {
        const value = fields[name] ?? null;
        const isHidden = secrets.includes(name) && value !== null && value !== '';
        return [name, isHidden ? word : value];
      }),
    );
  return { before: shown(before, 'a saved value'), after: shown(after, 'a new value') };
}
