import { type SessionRouteParts, sessionRoutes } from '../auth/session-routes.ts';
import { type DirectoryRouteParts, directoryRoutes } from './directory-routes.ts';
import { ownAccessRoutes } from './own-access.ts';
import { type SessionListRouteParts, sessionListRoutes } from './session-list-routes.ts';

/** Every endpoint of `people.ts`, `sessions.ts` and `own-access.ts` of the contract. */
export function peopleRoutes(services: SessionRouteParts & DirectoryRouteParts & SessionListRouteParts) {
  return {
    ...sessionRoutes(services),
    ...sessionListRoutes(services),
    ...directoryRoutes(services),
    ...ownAccessRoutes(services.store.db),
  };
}
