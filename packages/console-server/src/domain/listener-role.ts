export const listenerRoles = ['serving', 'passing_on', 'waiting'] as const;

/** What a process does with connectors that call it: it serves them, passes them on to the one that does, or turns them away. */
export type ListenerRole = (typeof listenerRoles)[number];
