/**
 * Words of the field, which name nobody: only these may stay in a sanitized file where a resource type, a permission or a
 * profile key is named. Compared in lower case.
 */
export const vocabulary: ReadonlySet<string> = new Set(
  `
  access account action admin administrator api-key api_key app application assigned assignment assignee billing
  bot bucket business-unit channel city collaborator company contributor country created_at credential database delete
  department deployment device directory display_name domain editor email emails employee employee_id employee_type
  environment execute external_id first_name full_name group groups guest id invitation invite is_admin is_sso job_title
  key last_login last_name license list locale location login maintainer manage manager manager_id member membership
  mfa mfa_enabled mobile name namespace office org organization organisation owner parent pending permission permissions
  person phone policy profile project push queue read read-only read_only reader repository request resource role roles
  scope scopes secret security-group send service service-account service_account site sso state status subscription
  subuser tag team teammate tenant timezone title token triage type updated_at use user user_id user_type username vault
  view viewer website workspace write writer
  `
    .trim()
    .split(/\s+/),
);
