import type { Task } from '@baton-ts/protocol/connectorapi-v1';

/** The kinds of task, named as the generated messages name the fields of `Task.task_type`. */
export type TaskType = Exclude<Task['taskType']['case'], undefined | 'none'>;

/**
 * Done once more, these may make a second thing: whoever asked decides whether to ask again. All others find what they
 * would do done already.
 */
const ONCE_ONLY: readonly TaskType[] = [
  'actionInvoke',
  'bulkCreateTickets',
  'createResource',
  'createTicketTask',
  'rotateCredentials',
];

export const isOnceOnly = (type: TaskType): boolean => ONCE_ONLY.includes(type);
