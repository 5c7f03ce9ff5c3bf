import { BatonError, Code } from '@baton-ts/protocol/errors';

/** Who holds `source` gets `target` too. */
export interface Edge {
  readonly source: string;
  readonly target: string;
  /** Only direct holders of the source. */
  readonly shallow: boolean;
  /** Types of the holders that count; empty: all. */
  readonly resourceTypeIds: ReadonlySet<string>;
}

/** Entitlements that get each other in a circle are one node. */
export interface Node {
  readonly entitlementIds: readonly string[];
  /** From nodes that come earlier in the order. */
  readonly incoming: readonly {
    readonly from: Node;
    readonly shallow: boolean;
    readonly resourceTypeIds: ReadonlySet<string>;
  }[];
}

/** Called between pieces of work that take a few milliseconds each, so that others can have their turn. */
export type Pause = () => Promise<void>;

/** Longer chains are taken for a mistake, as the Go SDK does (`c1z-format.md §5.6`). */
export const maxDepth = 20;

type EdgeRule = Pick<Edge, 'shallow' | 'resourceTypeIds'>;

/** Deep beats shallow, unfiltered beats filtered, filters unite. */
function merge(a: EdgeRule, b: EdgeRule): EdgeRule {
  const unfiltered = a.resourceTypeIds.size === 0 || b.resourceTypeIds.size === 0;
  return {
    shallow: a.shallow && b.shallow,
    resourceTypeIds: unfiltered ? new Set() : new Set([...a.resourceTypeIds, ...b.resourceTypeIds]),
  };
}

/**
 * The nodes in an order in which every node comes after all that it gets something from.
 *
 * @throws BatonError `FailedPrecondition` when a chain is longer than `maxDepth`
 */
export async function expansionOrder(edges: Iterable<Edge>, pause: Pause): Promise<Node[]> {
  const outgoing = new Map<string, Map<string, EdgeRule>>();
  const targetsOf = (id: string) => {
    const targets = outgoing.get(id) ?? new Map<string, EdgeRule>();
    outgoing.set(id, targets);
    return targets;
  };
  for (const edge of edges) {
    await pause();
    const targets = targetsOf(edge.source);
    targetsOf(edge.target);
    const known = targets.get(edge.target);
    targets.set(edge.target, known ? merge(known, edge) : edge);
  }

  // Components come out with targets first; reversed, sources come first.
  const components = (await connectedComponents(outgoing, pause)).toReversed();
  const indexOf = new Map<string, number>();
  const rules: Map<number, EdgeRule>[] = [];
  for (const [index, members] of components.entries()) {
    await pause();
    for (const id of members) indexOf.set(id, index);
    rules.push(new Map());
  }
  for (const [source, targets] of outgoing) {
    await pause();
    for (const [target, rule] of targets) {
      const from = indexOf.get(source);
      const to = indexOf.get(target);
      if (from === undefined || to === undefined || from === to) continue;
      const known = rules[to]?.get(from);
      rules[to]?.set(from, known ? merge(known, rule) : rule);
    }
  }

  const nodes: Node[] = [];
  const depths: number[] = [];
  for (const [index, members] of components.entries()) {
    await pause();
    const incoming: Node['incoming'][number][] = [];
    let depth = 0;
    for (const [fromIndex, rule] of rules[index] ?? []) {
      const from = nodes[fromIndex];
      if (!from) continue;
      incoming.push({ from, ...rule });
      depth = Math.max(depth, (depths[fromIndex] ?? 0) + 1);
    }
    if (depth > maxDepth) {
      throw new BatonError(
        Code.FailedPrecondition,
        `The entitlement ${JSON.stringify(members[0])} is given through a chain of more than ${maxDepth} others.`,
      );
    }
    nodes.push({ entitlementIds: members.toSorted(), incoming });
    depths.push(depth);
  }
  return nodes;
}

/** Tarjan's algorithm without recursion, since chains may be long. */
async function connectedComponents(
  outgoing: ReadonlyMap<string, ReadonlyMap<string, unknown>>,
  pause: Pause,
): Promise<string[][]> {
  const components: string[][] = [];
  const numbers = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const enter = (id: string) => {
    numbers.set(id, numbers.size);
    lowest.set(id, numbers.size - 1);
    open.push(id);
    isOpen.add(id);
    return { id, targets: (outgoing.get(id) ?? new Map<string, unknown>()).keys() };
  };
  const lower = (id: string, to: number | undefined) =>
    lowest.set(id, Math.min(lowest.get(id) ?? Infinity, to ?? Infinity));

  for (const root of outgoing.keys()) {
    if (numbers.has(root)) continue;
    const path = [enter(root)];
    for (let frame = path.at(-1); frame; frame = path.at(-1)) {
      await pause();
      const next = frame.targets.next();
      if (!next.done) {
        if (!numbers.has(next.value)) path.push(enter(next.value));
        else if (isOpen.has(next.value)) lower(frame.id, numbers.get(next.value));
        continue;
      }
      path.pop();
      const below = path.at(-1);
      if (below) lower(below.id, lowest.get(frame.id));
      if (lowest.get(frame.id) !== numbers.get(frame.id)) continue;
      const members = open.splice(open.lastIndexOf(frame.id));
      for (const id of members) isOpen.delete(id);
      components.push(members);
    }
  }
  return components;
}
