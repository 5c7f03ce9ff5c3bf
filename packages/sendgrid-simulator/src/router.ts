import type { Route } from './call.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { scopeRoutes } from './routes/scopes.ts';
import { ssoTeammateRoutes } from './routes/sso-teammates.ts';
import { subuserRoutes } from './routes/subusers.ts';
import { teammateRoutes } from './routes/teammates.ts';
import { userRoutes } from './routes/user.ts';

/** Fixed words come before names: `/v3/teammates/pending` is the list, never a teammate of that name. */
const routes: readonly Route[] = [
  ...invitationRoutes,
  ...teammateRoutes,
  ...ssoTeammateRoutes,
  ...subuserRoutes,
  ...scopeRoutes,
  ...apiKeyRoutes,
  ...userRoutes,
];

const table = routes.map((route) => ({ route, parts: route.template.split('/') }));

export interface Match {
  readonly route: Route;
  readonly names: readonly string[];
}

/** The templates that can be named in a fault. */
export const templates: ReadonlySet<string> = new Set(routes.map(({ template }) => template));

/** Finds the route of a raw path. Nothing is normalised: `..` and `%2F` are parts of names. */
export function findRoute(method: string, rawPath: string): Match | undefined {
  const segments = rawPath.split('/');
  for (const { route, parts } of table) {
    if (route.method !== method || parts.length !== segments.length) continue;
    const names: string[] = [];
    const isMatch = parts.every((part, index) => {
      const segment = segments[index] ?? '';
      if (!part.startsWith('{')) return part === segment;
      const name = decode(segment);
      if (name === undefined || name === '') return false;
      names.push(name);
      return true;
    });
    if (isMatch) return { route, names };
  }
  return undefined;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
