export const help = `sendgrid-simulator: a stand-in for the SendGrid v3 API, on this machine only

It starts an invented account, prints its URL and API key, and answers until Ctrl-C. Point the connector at it:

  sendgrid-simulator --port 8025
  BATON_SENDGRID_API_KEY=… BATON_SENDGRID_BASE_URL=http://127.0.0.1:8025 npx baton-sendgrid

The account
  (no sizes)            a company of about 60 people with four brands, and access that a reviewer should find
  --teammates N         a generated account of any size instead; all who belong to it, the owner included (25)
  --admins N            of them admins, the owner included (3)
  --subusers N          (0)
  --local-teammates N   who exist only inside a subuser, over all subusers (0)
  --invitations N       pending, some of them expired (0)
  --plan free|pro       free: no subusers, no single sign-on, one teammate beside the owner (pro)
  --edge-names          adds names with + space / % .. ? #, other scripts, a teammate called "pending"
  --seed N              the same seed gives the same account and keys (1)

The service
  --port N              0 picks a free one (0)
  --api-key KEY         the key with full access (derived from the seed)
  --rate-limit N        requests per window for each key, route and subuser; 0 for none (600)
  --window-ms N         length of that window (60000)
  --latency-ms N        before each answer (0)
  --as-documented       answers as the official description says, where the service was seen to differ
  --json                prints URL and keys as one line of JSON

While it runs (no key needed; only from this machine)
  GET    /_control/requests           counts by method, route, subuser and status; most in flight; the log
  DELETE /_control/requests           starts counting anew
  GET    /_control/faults             what misbehaves, and how often it has
  POST   /_control/faults             makes something misbehave; answers {"id": 1}
  DELETE /_control/faults[/ID]        one, or all
  POST   /_control/accept             {"token": "…"}: the invited person accepts; username, firstName, lastName if wanted
  POST   /_control/teammates/NAME     somebody else changes a teammate: scopes, addScopes, removeScopes, isAdmin, deleted
  DELETE /_control/keys/ID            revokes an API key

Faults: {"kind": …} with, if wanted, "method", "route", "path", "onBehalfOf" (where), "after" (spare so many first) and
"times" (a count, or "forever"; 1)
  status (status, body, headers, done: true when the request worked all the same)   html   empty-body   cut-json   slow-body (delayMs)   latency (delayMs)
  reset-before   reset-after (the request did its work)
  ignore-offset   remove-between-pages   vanish (the teammate is gone)   cursor (form: integer string null missing stuck)
  rate-headers (form: missing past delta)   echo-only (the write is answered, not done)
  other-writer (when: before after; change: as for /_control/teammates)

  The key is revoked after 20 requests:
    {"kind": "status", "status": 401, "after": 20, "times": "forever"}
  Somebody else changes the person right after our write:
    {"kind": "other-writer", "method": "PATCH", "route": "/v3/teammates/{username}", "when": "after",
     "change": {"addScopes": ["billing.read"]}}
`;
