import type { SyncReader } from '@baton-ts/c1z';
import type { Entitlement } from '@baton-ts/protocol/connector-v2';
import { type Joins, refOf } from '../lists/joins.ts';
import { Lru } from '../lists/lru.ts';
import { allPages } from '../lists/pages.ts';
import { displayName } from '../lists/resource-facts.ts';
import { personCells, userTypes } from './person.ts';

/** The columns of CSV and XLSX, which other tools read by these names (`cli.md §C.4`, `§D`, 16). */
export const exportColumns = [
  'Type',
  'Last Name',
  'First Name',
  'User ID',
  'User Status',
  'Email Address',
  'Entitlement Display Name',
  'Entitlement',
  'Resource Type',
  'Resource Name',
  'Entitlement Description',
  'Entitlement Slug',
] as const;

/** People and entitlements whose cells are kept: those that recur, without memory growing with the file. */
const KEPT_PARTS = 20_000;

/** A row is three pieces: its type, the person, the entitlement. */
export type ExportRow<Piece> = readonly [type: Piece, person: Piece, entitlement: Piece];

/**
 * The rows of the export, in stored order: people, then entitlements, then what people hold. Holders that are no people are
 * left out (`cli.md §C.4`).
 *
 * @param piece puts cells that stand side by side into one piece, so that a piece that recurs is made once
 */
export function* exportRows<Piece>(
  sync: SyncReader,
  joins: Joins,
  piece: (cells: readonly string[]) => Piece,
): Generator<ExportRow<Piece>> {
  const types = userTypes(sync);
  const [identity, entitlementType, grantType] = ['Identity', 'Entitlement', 'Grant'].map((name) => piece([name]));
  if (identity === undefined || entitlementType === undefined || grantType === undefined) return;
  const noPerson = piece(['', '', '', '', '']);
  const noEntitlement = piece(['', '', '', '', '', '']);

  for (const resourceTypeId of types) {
    for (const resource of allPages((page) => sync.resources({ resourceTypeId, ...page }))) {
      const cells = personCells(resource);
      if (cells !== undefined) yield [identity, piece(cells), noEntitlement];
    }
  }
  for (const entitlement of allPages((page) => sync.entitlements(page))) {
    yield [entitlementType, noPerson, piece(entitlementCells(entitlement, joins))];
  }
  const people = new Lru<string, Piece | null>(KEPT_PARTS);
  const entitlements = new Lru<string, Piece>(KEPT_PARTS);
  for (const { entitlementId, resource, principal } of sync.grantKeys()) {
    if (!types.has(principal.resourceType)) continue;
    const person = people.get(`${principal.resourceType}:${principal.resource}`, () => {
      const cells = personCells(joins.resource(principal));
      // Who holds it, without the status: that one stands in the person's own row.
      return cells === undefined ? null : piece(cells.map((cell, index) => (index === 3 ? '' : cell)));
    });
    if (person === null) continue;
    const entitlement = entitlements.get(entitlementId, () =>
      piece(entitlementCells(joins.entitlement(entitlementId, resource), joins)),
    );
    yield [grantType, person, entitlement];
  }
}

function entitlementCells(entitlement: Entitlement, joins: Joins): readonly string[] {
  const on = refOf(entitlement.resource);
  return [
    entitlement.displayName,
    entitlement.id,
    on.resourceType,
    displayName({ id: on.resource, displayName: joins.resource(on).displayName }),
    entitlement.description,
    entitlement.slug,
  ];
}
