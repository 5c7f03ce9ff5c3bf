import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { ResourceTypePart } from '../connector.ts';
import type { Action, SyncState } from './state.ts';

/**
 * Which lists wait for which. A type comes after the types of its `listAfter`, and after all that those wait for, so that
 * children that turn up late are complete too; under parents, a type comes after its list without a parent.
 */
export class ListOrder {
  readonly #ranks = new Map<string, number>();

  /** @throws BatonError `Internal` when types wait for each other */
  constructor(parts: readonly ResourceTypePart[]) {
    const byId = new Map(parts.map((part) => [part.type.id, part]));
    const rank = (id: string, path: readonly string[]): number => {
      if (path.includes(id)) {
        throw new BatonError(
          Code.Internal,
          `The resource types ${[...path, id].join(' → ')} wait for each other. This is a bug in the connector.`,
        );
      }
      const known = this.#ranks.get(id);
      if (known !== undefined) return known;
      const before = byId.get(id)?.listAfter ?? [];
      const own = Math.max(-1, ...before.map((other) => rank(other, [...path, id]))) + 1;
      this.#ranks.set(id, own);
      return own;
    };
    for (const id of byId.keys()) rank(id, []);
  }

  isReady(action: Action, state: SyncState): boolean {
    if (action.operation !== 'list-resources') return true;
    const own = this.#rankOf(action.resourceTypeId);
    for (const [typeId, { top, underParents }] of state.openLists()) {
      if (top + underParents > 0 && this.#rankOf(typeId) < own) return false;
      if (top > 0 && action.parentResourceTypeId && typeId === action.resourceTypeId) return false;
    }
    return true;
  }

  #rankOf(typeId: string | undefined): number {
    return this.#ranks.get(typeId ?? '') ?? 0;
  }
}
