import { type Task, TaskSchema } from '@baton-ts/protocol/connectorapi-v1';

/** The kinds of task, named as the generated messages name the fields of `Task.task_type`. */
export type TaskType = Exclude<Task['taskType']['case'], undefined | 'none'>;

export function isTaskType(name: string): name is TaskType {
  return name !== 'none' && TaskSchema.oneofs[0]?.fields.some((field) => field.localName === name) === true;
}

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
