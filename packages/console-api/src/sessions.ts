import { z } from 'zod';
import { empty, id, time } from './common.ts';

/** A browser in which somebody is signed in. */
export const sessionShown = z.object({
  /** Names it, and opens nothing. */
  id: z.string(),
  /** `Firefox on Linux`; empty when the browser does not say. */
  device: z.string(),
  /** The address it signed in from; empty when it is not known. */
  ip: z.string(),
  signedInAt: time,
  /** To the minute. */
  lastSeenAt: time,
  /** The request came with it. */
  isCurrent: z.boolean(),
});
export type SessionShown = z.infer<typeof sessionShown>;

const list = z.object({ list: z.array(sessionShown) });
const ended = z.object({ ended: z.int() });
const ofUser = z.object({ user_id: id });

export const sessionEndpoints = {
  'GET /api/v1/sessions': { response: list },
  /** Ends one of one's own. */
  'DELETE /api/v1/sessions/{session_id}': {
    params: z.object({ session_id: z.string().max(100) }),
    response: empty,
  },
  /** Signs out everywhere but here. */
  'POST /api/v1/sessions/end_others': { response: ended },
  'GET /api/v1/users/{user_id}/sessions': { params: ofUser, response: list },
  /** Signs somebody out everywhere. */
  'DELETE /api/v1/users/{user_id}/sessions': { params: ofUser, response: ended },
} as const;
