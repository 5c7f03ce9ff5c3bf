import { z } from 'zod';

/**
 * Bodies may come with `display_name` for `displayName` (`governance.md §5.1`). Only the body's own fields: the keys of a
 * record inside it are somebody's data.
 */
export function camelCaseKeys(body: unknown, schema: z.ZodType): unknown {
  if (!(schema instanceof z.ZodObject) || typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const known = schema.shape;
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => {
      const camel = key.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
      return [!(key in known) && camel in known && !(camel in body) ? camel : key, value];
    }),
  );
}
