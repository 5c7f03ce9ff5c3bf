import { searchText } from '../store/search-text.ts';
import type { Tables } from '../store/tables.ts';

type Account = Pick<Tables['accounts'], 'display_name' | 'email' | 'username'>;
type Resource = Pick<Tables['resources'], 'display_name' | 'custom_name' | 'external_id'>;
type Entitlement = Pick<Tables['entitlements'], 'display_name' | 'alias' | 'slug' | 'external_id'>;

/** Columns `search` of what was synced. Whoever changes a name that people gave makes them anew. */
export function accountSearch({ display_name, email, username }: Account): string {
  return searchText(display_name, email, username);
}

export function resourceSearch({ display_name, custom_name, external_id }: Resource): string {
  return searchText(custom_name || display_name, display_name, external_id);
}

export function entitlementSearch({ display_name, alias, slug, external_id }: Entitlement): string {
  return searchText(alias || display_name, display_name, external_id, slug);
}
