import { BatonError, Code } from '@baton-ts/protocol/errors';

/** What one action does; the names are those of the stored state (`c1z-format.md §4.3`). */
export type Operation =
  | 'init'
  | 'list-resource-types'
  | 'list-resources'
  | 'list-static-entitlements'
  | 'list-entitlements'
  | 'list-grants'
  | 'grant-expansion'
  | 'targeted-resource-sync';

const operations: readonly string[] = [
  'init',
  'list-resource-types',
  'list-resources',
  'list-static-entitlements',
  'list-entitlements',
  'list-grants',
  'grant-expansion',
  'targeted-resource-sync',
] satisfies readonly Operation[];

/** Operations of the Go SDK with nothing to do here: there is no external file, and assets are never stored. */
const ignoredOperations: readonly string[] = ['list-external-resources', 'fetch-assets'];

/** An action without a resource type plans the actions of its step. */
export interface ActionInit {
  readonly operation: Operation;
  readonly pageToken?: string;
  readonly resourceTypeId?: string;
  readonly resourceId?: string;
  readonly parentResourceTypeId?: string;
  readonly parentResourceId?: string;
  /** A further cursor of the same list, handed out by a page. */
  readonly spawned?: boolean;
  /** One call for all resources of the type. */
  readonly typeScoped?: boolean;
  /** On the action that plans: the whole-type calls are planned already. */
  readonly typeScopedPlanned?: boolean;
}

export interface Action extends ActionInit {
  readonly id: string;
  readonly pageToken: string;
}

/** How many lists of a resource type are open: without a parent, and under one. */
export interface OpenLists {
  readonly top: number;
  readonly underParents: number;
}

const maxCompleteKept = 64;

/** The stack of actions that are not complete, those under way included. The last one is the current step. */
export class SyncState {
  completedActions = 0;
  needsExpansion = false;
  /** See `settingsHash`; undefined when the program that began the sync did not say. */
  settingsHash: string | undefined;
  readonly #actions = new Map<string, Action>();
  /** Ids in the order of the stack; those of complete actions stay until they are many. */
  #order: string[] = [];
  readonly #lists = new Map<string, OpenLists>();
  #nextId = 0;

  /** Reads a stored state, the Go SDK's too. Empty text: a sync that has not begun. */
  static parse(text: string): SyncState {
    const state = new SyncState();
    if (text === '') state.push({ operation: 'init' });
    else state.#read(text);
    return state;
  }

  get size(): number {
    return this.#actions.size;
  }

  /** Oldest first: the bottom of the stack. */
  actions(): readonly Action[] {
    return [...this.#actions.values()];
  }

  /** From the top of the stack; ends early when nobody looks further. */
  *newestFirst(): IterableIterator<Action> {
    for (let at = this.#order.length - 1; at >= 0; at--) {
      const action = this.#actions.get(this.#order[at] ?? '');
      if (action) yield action;
    }
  }

  /** Lists of resources that are not complete, by resource type. */
  openLists(): Iterable<[resourceTypeId: string, OpenLists]> {
    return this.#lists;
  }

  push(init: ActionInit): Action {
    const action: Action = { pageToken: '', ...init, id: String(this.#nextId++).padStart(10, '0') };
    this.#actions.set(action.id, action);
    this.#order.push(action.id);
    this.#countList(action, 1);
    return action;
  }

  /** The action goes on at this page. */
  advance(action: Action, pageToken: string, extra: Partial<ActionInit> = {}): Action {
    const next: Action = { ...action, ...extra, pageToken };
    this.#actions.set(action.id, next);
    return next;
  }

  complete(action: Action): void {
    if (!this.#actions.delete(action.id)) return;
    this.completedActions += 1;
    this.#countList(action, -1);
    while (this.#order.length > 0 && !this.#actions.has(this.#order.at(-1) ?? '')) this.#order.pop();
    if (this.#order.length > 2 * this.#actions.size + maxCompleteKept) this.#order = [...this.#actions.keys()];
  }

  #countList({ operation, resourceTypeId, parentResourceTypeId }: Action, change: 1 | -1): void {
    if (operation !== 'list-resources' || !resourceTypeId) return;
    const { top, underParents } = this.#lists.get(resourceTypeId) ?? { top: 0, underParents: 0 };
    this.#lists.set(
      resourceTypeId,
      parentResourceTypeId ? { top, underParents: underParents + change } : { top: top + change, underParents },
    );
  }

  serialize(): string {
    const actions = this.actions();
    const version2 = actions.some((a) => a.spawned || a.typeScoped || a.typeScopedPlanned);
    return JSON.stringify({
      ...(actions.length > 0 && {
        actions_map: Object.fromEntries(actions.map((action) => [action.id, toStored(action)])),
        action_order: actions.map((action) => action.id),
        // Only while there is something to resume: a finished sync says nothing about settings.
        ...(this.settingsHash !== undefined && { settings_hash: this.settingsHash }),
      }),
      current_action_id: this.#nextId,
      ...(this.needsExpansion && { needs_expansion: true }),
      completed_actions_count: this.completedActions,
      version: version2 ? 2 : 1,
    });
  }

  #read(text: string): void {
    const stored = parseObject(text);
    const list: unknown[] = [];
    if (stored['version'] === 1 || stored['version'] === 2) {
      const map = isObject(stored['actions_map']) ? stored['actions_map'] : {};
      const order = Array.isArray(stored['action_order']) ? stored['action_order'] : Object.keys(map).toSorted();
      for (const id of order) {
        if (typeof id !== 'string' || !isObject(map[id])) throw unreadable(`action ${JSON.stringify(id)} is missing`);
        list.push(map[id]);
      }
    } else {
      if (Array.isArray(stored['actions'])) list.push(...stored['actions']);
      if (isObject(stored['current_action'])) list.push(stored['current_action']);
      // This form does not say whether there is something to expand, so look.
      this.needsExpansion = true;
    }
    for (const entry of list) {
      const action = fromStored(entry);
      if (action) this.push(action);
    }
    const next = stored['current_action_id'];
    if (typeof next === 'number' && next > this.#nextId) this.#nextId = next;
    const completed = stored['completed_actions_count'];
    if (typeof completed === 'number') this.completedActions = completed;
    this.needsExpansion ||= stored['needs_expansion'] === true;
    const hash = stored['settings_hash'];
    if (typeof hash === 'string') this.settingsHash = hash;
  }
}

const storedNames = {
  pageToken: 'page_token',
  resourceTypeId: 'resource_type_id',
  resourceId: 'resource_id',
  parentResourceTypeId: 'parent_resource_type_id',
  parentResourceId: 'parent_resource_id',
} as const;
const storedFlags = {
  spawned: 'spawned',
  typeScoped: 'type_scoped',
  typeScopedPlanned: 'type_scoped_planned',
} as const;

function toStored(action: Action): Record<string, unknown> {
  const stored: Record<string, unknown> = { id: action.id, operation: action.operation };
  for (const [key, name] of entriesOf(storedNames)) if (action[key]) stored[name] = action[key];
  for (const [key, name] of entriesOf(storedFlags)) if (action[key]) stored[name] = true;
  return stored;
}

function fromStored(entry: unknown): ActionInit | undefined {
  if (!isObject(entry)) throw unreadable('an action is not an object');
  const name = entry['operation'];
  if (typeof name !== 'string') throw unreadable('an action has no operation');
  if (ignoredOperations.includes(name)) return undefined;
  const renamed = name === 'list-resources-for-entitlements' ? 'list-entitlements' : name;
  if (!isOperation(renamed)) throw unreadable(`it has the unknown operation ${JSON.stringify(name)}`);
  const texts: Record<string, string> = {};
  for (const [key, storedName] of entriesOf(storedNames)) {
    const value = entry[storedName];
    if (typeof value === 'string' && value !== '') texts[key] = value;
  }
  const flags: Record<string, boolean> = {};
  for (const [key, storedName] of entriesOf(storedFlags)) if (entry[storedName] === true) flags[key] = true;
  return { ...texts, ...flags, operation: renamed };
}

function entriesOf<K extends string, V>(record: Readonly<Record<K, V>>): [K, V][] {
  const entries: [K, V][] = [];
  for (const key in record) entries.push([key, record[key]]);
  return entries;
}

function isOperation(name: string): name is Operation {
  return operations.includes(name);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable('it is not JSON', error);
  }
  if (!isObject(value)) throw unreadable('it is not an object');
  return value;
}

function unreadable(why: string, cause?: unknown): BatonError {
  return new BatonError(
    Code.DataLoss,
    `The state of the interrupted sync cannot be read: ${why}. Remove the file, or sync to another path, to start anew.`,
    { cause },
  );
}
