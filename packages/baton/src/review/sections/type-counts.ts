import { type Evidence, int, text } from '../evidence.ts';

export interface TypeCounts {
  readonly id: string;
  readonly name: string;
  /** What the connector says that the type does not have: empty, `entitlements`, `grants` or `both`. */
  readonly skips: string;
  readonly resources: number;
  readonly entitlements: number;
  /** Grants of its entitlements. */
  readonly grants: number;
}

/** How much there is of each type, those that rows name and the file does not list too. */
export function typeCounts(evidence: Evidence): TypeCounts[] {
  const rows = evidence.rows(
    `with r as (select type, count(*) as n from resources group by type), e as (select type, count(*) as n from entitlements group by type),
       g as (select type, count(*) as n from grants group by type),
       ids as (select id from types union select type from r union select type from e union select type from g)
     select ids.id, coalesce(t.name, ids.id) as name, t.skips, r.n as resources, e.n as entitlements, g.n as grants
     from ids left join types t on t.id = ids.id left join r on r.type = ids.id left join e on e.type = ids.id
     left join g on g.type = ids.id order by ids.id`,
  );
  return rows.map((row) => ({
    id: text(row, 'id'),
    name: text(row, 'name'),
    skips: text(row, 'skips'),
    resources: int(row, 'resources'),
    entitlements: int(row, 'entitlements'),
    grants: int(row, 'grants'),
  }));
}
