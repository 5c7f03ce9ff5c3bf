import type { Migration } from './migrate.ts';

/** A session says in which browser and from where it began; a person, when they left the console the last time. */
export const sessionsAndVisits: Migration = async ({ addColumns }) => {
  await addColumns('sessions', { user_agent: 'text?', ip: 'text?' });
  await addColumns('people', { seen_ms: 'integer?', left_ms: 'integer?' });
};
