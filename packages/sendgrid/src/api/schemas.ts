import * as z from 'zod';

/** Unset text arrives as `""`; older answers leave it out or send null (`sendgrid-api.md §1`). */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
/** The description and live answers differ about these: absent means unknown, not false (`§4.1`). */
const flag = z.boolean().nullish();
const scopeNames = z.array(z.string().min(1));
const numericId = z.union([z.int().nonnegative(), z.string().regex(/^\d+$/)]).transform((value) => String(value));

export const listedTeammate = z.object({
  username: z.string().min(1),
  email: text,
  first_name: text,
  last_name: text,
  phone: text,
  company: text,
  website: text,
  country: text,
  is_admin: z.boolean(),
  is_sso: flag,
  is_unified: flag,
  is_partner_sso: flag,
  user_type: text,
});
/** A teammate as the list shows it: without scopes (`§4.1`). */
export type ListedTeammate = z.infer<typeof listedTeammate>;

export const teammateDetail = listedTeammate.extend({ scopes: scopeNames, is_read_only: flag });
/** A teammate as its own call shows it. */
export type TeammateDetail = z.infer<typeof teammateDetail>;

const pendingInvitation = z
  .object({
    token: z.string().optional(),
    pending_id: z.string().optional(),
    email: z.string(),
    scopes: scopeNames.nullish().transform((scopes) => scopes ?? []),
    is_admin: z.boolean(),
    expiration_date: z.int().nonnegative().nullish(),
    is_read_only: flag,
  })
  .transform(({ pending_id, token, ...rest }, context) => {
    const value = token || pending_id;
    if (value) return { ...rest, token: value };
    context.addIssue({ code: 'custom', message: 'expected a token', path: ['token'] });
    return z.NEVER;
  });
/** An invitation that nobody has accepted yet (`§6`). `expiration_date` is in seconds since 1970. */
export type PendingInvitation = z.infer<typeof pendingInvitation>;

export const subuser = z.object({
  id: numericId,
  username: z.string().min(1),
  email: text,
  disabled: z.boolean(),
  region: text,
});
/** A subuser; `region` is `global`, `eu` or empty when the answer does not say (`§7`). */
export type Subuser = z.infer<typeof subuser>;

export const subuserAccessEntry = z.object({
  id: numericId,
  username: text,
  permission_type: z.enum(['admin', 'restricted']),
  scopes: scopeNames.nullish().transform((scopes) => scopes ?? []),
});
/** What a restricted teammate may do in one subuser (`§4.6`). */
export type SubuserAccessEntry = z.infer<typeof subuserAccessEntry>;

const cursor = z
  .union([z.int().nonnegative(), z.string().regex(/^\d*$/)])
  .nullish()
  .transform((value) => Number(value ?? 0));

export const subuserAccess = z.object({
  has_restricted_subuser_access: z.boolean(),
  subuser_access: z
    .array(subuserAccessEntry)
    .nullish()
    .transform((entries) => entries ?? []),
  _metadata: z
    .object({ next_params: z.object({ after_subuser_id: cursor }).nullish() })
    .nullish()
    .transform((metadata) => metadata?.next_params?.after_subuser_id ?? 0),
});

const apiKey = z.object({ api_key_id: z.string().min(1), name: text });
export type ApiKey = z.infer<typeof apiKey>;

const apiKeyObject = apiKey.extend({ scopes: scopeNames });
/** The live service answers with the object, the description shows it in a `result` array (`§8`). */
export const apiKeyDetail = z.union([
  apiKeyObject,
  z.object({ result: z.tuple([apiKeyObject]) }).transform(({ result }) => result[0]),
]);
export type ApiKeyDetail = z.infer<typeof apiKeyDetail>;

/** A list in its envelope: `result` by the schema, `results` by the description's own sample (`§4.3`). */
function enveloped<Item extends z.ZodType>(item: Item) {
  return z.union([
    z.object({ result: z.array(item) }).transform(({ result }) => result),
    z.object({ result: z.undefined().optional(), results: z.array(item) }).transform(({ results }) => results),
  ]);
}

export const teammateList = enveloped(listedTeammate);
export const pendingList = enveloped(pendingInvitation);
export const apiKeyList = enveloped(apiKey);
export const subuserList = z.array(subuser);

export const scopeList = z.object({ scopes: scopeNames }).transform(({ scopes }) => scopes);
export const userName = z.object({ username: z.string().min(1), user_id: numericId.optional() });
export type UserName = z.infer<typeof userName>;
export const userAccount = z.object({ type: z.string().min(1), reputation: z.number().nullish() });
export type UserAccount = z.infer<typeof userAccount>;
