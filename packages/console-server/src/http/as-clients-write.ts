import { z } from 'zod';

/**
 * Bodies may come with `display_name` for `displayName`, and with null for what is left out (`governance.md §5.1`). Only
 * the body's own fields: the keys of a record inside it are somebody's data.
 */
export function asClientsWrite(body: unknown, schema: z.ZodType): unknown {
  if (!(schema instanceof z.ZodObject) || typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const known = schema.shape;
  return Object.fromEntries(
    Object.entries(body).flatMap(([key, value]) => {
      const camel = key.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
      const name = !(key in known) && camel in known && !(camel in body) ? camel : key;
      const isLeftOut = value === null && known[name] !== undefined && !z.safeParse(known[name], null).success;
      return isLeftOut ? [] : [[name, value]];
    }),
  );
}
