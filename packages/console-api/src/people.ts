import { z } from 'zod';
import { id, listOf, pageQuery, personRef, searchBody, time } from './common.ts';

/** `governance.md §2.1`. Roles add up. */
export const role = z.enum([
  'SUPER_ADMINISTRATOR',
  'CONNECTOR_ADMINISTRATOR',
  'APPLICATION_ADMINISTRATOR',
  'CAMPAIGN_ADMINISTRATOR',
  'ACCESS_REQUEST_ADMINISTRATOR',
  'ACCESS_REQUEST_HELPDESK',
  'READ_ONLY_ADMINISTRATOR',
  'BASIC_USER',
]);
export type Role = z.infer<typeof role>;

export const user = z.object({
  id,
  displayName: z.string(),
  email: z.string(),
  jobTitle: z.string(),
  department: z.string(),
  manager: personRef.nullable(),
  status: z.enum(['ENABLED', 'DISABLED']),
  /**
   * How the person came in: added by hand, by file, by the first start, or at the first OpenID Connect sign-in. This and the
   * three fields below are absent for whoever may not see them; everybody sees their own.
   */
  origin: z.enum(['LOCAL', 'FILE', 'SETUP', 'OIDC']).optional(),
  roles: z.array(role).optional(),
  /** Invited and never signed in: until when the link works. */
  invitedUntil: time.nullable().optional(),
  lastSignInAt: time.nullable().optional(),
  createdAt: time,
});
export type User = z.infer<typeof user>;

const profile = {
  displayName: z.string().trim().min(1).max(200),
  jobTitle: z.string().trim().max(200),
  department: z.string().trim().max(200),
  managerEmail: z.union([z.literal(''), z.email()]),
};

export const password = z.string().min(12).max(200);

/** Pages for links that work once. The token follows behind a `#`: `/setup#<token>`. */
export const setupPath = '/setup';
export const invitationPath = '/invitation';

export const peopleEndpoints = {
  /** What the first start shows: whether the one-time link is still good. */
  'POST /api/v1/setup/check': {
    body: z.object({ token: z.string().max(200) }),
    response: z.object({ valid: z.boolean() }),
  },
  'POST /api/v1/setup': {
    body: z.object({ token: z.string().max(200), email: z.email(), displayName: profile.displayName, password }),
    response: z.object({ user }),
  },
  'POST /api/v1/invitations/check': {
    body: z.object({ token: z.string().max(200) }),
    response: z.object({ valid: z.boolean(), email: z.string(), displayName: z.string() }),
  },
  'POST /api/v1/invitations/accept': {
    body: z.object({ token: z.string().max(200), password }),
    response: z.object({ user }),
  },
  /** Who is signed in. 401 without a session. The CSRF token goes into the header `x-csrf-token` of every change. */
  'GET /api/v1/session': {
    response: z.object({
      user,
      permissions: z.array(z.string()),
      csrfToken: z.string(),
      /** False for whoever signs in through another service only. */
      hasPassword: z.boolean(),
      /** Shown once in the profile menu. */
      instanceName: z.string(),
    }),
  },
  /** What the sign-in page offers; works without a session. */
  'GET /api/v1/sign-in-options': {
    response: z.object({
      oidc: z.object({ displayName: z.string(), startUrl: z.string() }).nullable(),
      setupNeeded: z.boolean(),
      /** What the organization calls itself. */
      instanceName: z.string(),
    }),
  },
  'POST /api/v1/session': {
    body: z.object({ email: z.string().max(320), password: z.string().max(200) }),
    response: z.object({ user }),
  },
  'DELETE /api/v1/session': { response: z.object({}) },
  /** Signs out everywhere. */
  'DELETE /api/v1/sessions': { response: z.object({ ended: z.int() }) },
  'POST /api/v1/session/password': {
    body: z.object({ currentPassword: z.string().max(200), newPassword: password }),
    response: z.object({}),
  },

  'POST /api/v1/search/users': {
    body: searchBody.extend({
      statuses: z.array(z.enum(['ENABLED', 'DISABLED'])).default([]),
      roles: z.array(role).default([]),
      /** Only who reports to one of these. */
      managerIds: z.array(id).max(100).default([]),
    }),
    response: listOf(user),
  },
  'GET /api/v1/users': { query: pageQuery, response: listOf(user) },
  /** Who asks: for scripts, which have no session. `principleId` is spelt as in the API of C1. */
  'GET /api/v1/auth/introspect': {
    response: z.object({
      userId: id,
      principleId: id,
      roles: z.array(role),
      permissions: z.array(z.string()),
      features: z.array(z.string()),
    }),
  },
  'GET /api/v1/users/{user_id}': { params: z.object({ user_id: id }), response: z.object({ user }) },
  'POST /api/v1/users': {
    body: z.object({
      email: z.email(),
      displayName: profile.displayName,
      jobTitle: profile.jobTitle.default(''),
      department: profile.department.default(''),
      managerEmail: profile.managerEmail.default(''),
      roles: z.array(role).default([]),
      invite: z.boolean().default(false),
    }),
    response: z.object({ user }),
  },
  'POST /api/v1/users/{user_id}': {
    params: z.object({ user_id: id }),
    /** A new address ends an invitation that went to the one before. */
    body: z.object({ ...profile, email: z.email(), roles: z.array(role) }).partial(),
    response: z.object({ user }),
  },
  'POST /api/v1/users/{user_id}/invite': { params: z.object({ user_id: id }), response: z.object({ user }) },
  /** While no mail server is set up: a link that the inviter hands over. It is in this answer and nowhere else. */
  'POST /api/v1/users/{user_id}/invitation_link': {
    params: z.object({ user_id: id }),
    response: z.object({ link: z.string(), expiresAt: time }),
  },
  'POST /api/v1/users/{user_id}/disable': { params: z.object({ user_id: id }), response: z.object({ user }) },
  'POST /api/v1/users/{user_id}/enable': { params: z.object({ user_id: id }), response: z.object({ user }) },
  /** CSV with the columns email, name, manager, title, department. With `apply` false nothing is written. */
  'POST /api/v1/users/import': {
    body: z.object({ csv: z.string().max(5_000_000), apply: z.boolean(), disableMissing: z.boolean().default(false) }),
    response: z.object({
      created: z.int(),
      updated: z.int(),
      disabled: z.int(),
      unchanged: z.int(),
      problems: z.array(z.object({ line: z.int(), message: z.string() })),
    }),
  },

  'GET /api/v1/iam/personal_clients': { response: z.object({ list: z.array(z.lazy(() => personalClient)) }) },
  /** The secret is in this answer and nowhere else. */
  'POST /api/v1/iam/personal_clients': {
    body: z.object({
      displayName: z.string().trim().min(1).max(100),
      expiresInDays: z.union([z.literal(30), z.literal(90), z.null()]),
    }),
    response: z.object({ client: z.lazy(() => personalClient), clientSecret: z.string() }),
  },
  'DELETE /api/v1/iam/personal_clients/{client_id}': {
    params: z.object({ client_id: z.string().max(400) }),
    response: z.object({}),
  },
} as const;

/** An API key of a person, for scripts (`governance.md §2.15, §5.2`). */
export const personalClient = z.object({
  clientId: z.string(),
  displayName: z.string(),
  owner: personRef,
  createdAt: time,
  expiresAt: time.nullable(),
  lastUsedAt: time.nullable(),
});
export type PersonalClient = z.infer<typeof personalClient>;
