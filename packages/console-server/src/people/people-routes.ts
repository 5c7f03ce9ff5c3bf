import { type SessionRouteParts, sessionRoutes } from '../auth/session-routes.ts';
import { type DirectoryRouteParts, directoryRoutes } from './directory-routes.ts';

/** Every endpoint of `console-api/src/people.ts`. */
export function peopleRoutes(services: SessionRouteParts & DirectoryRouteParts) {
  return { ...sessionRoutes(services), ...directoryRoutes(services) };
}
