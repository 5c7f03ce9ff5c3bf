#!/bin/sh
# What scripts around Baton connectors do (`cli.md §D`, 2 to 4), with the paths of its documentation. Needs jq, and in the
# environment: E an entitlement, P a principal, G the grant between them, baton and baton-sendgrid on the PATH.
set -eu
T=teammate

holds() {
  baton grants --entitlement="$E" --output-format=json |
    jq -e --arg p "$P" '.grants[] | select(.principal.id.resource == $p)' >/dev/null
}
holds_not() {
  baton grants --entitlement="$E" --output-format=json |
    jq -e --arg p "$P" 'if .grants then [ .grants[] | select(.principal.id.resource == $p) ] | length == 0 else . end' >/dev/null
}

baton-sendgrid
holds_not

# Granting what is held already is no failure.
baton-sendgrid --grant-entitlement="$E" --grant-principal="$P" --grant-principal-type="$T"
baton-sendgrid --grant-entitlement="$E" --grant-principal="$P" --grant-principal-type="$T"
baton-sendgrid && holds

# Nor is revoking what is gone, as long as the file still has it.
baton-sendgrid --revoke-grant="$G"
baton-sendgrid --revoke-grant="$G"
baton-sendgrid && holds_not

baton-sendgrid --grant-entitlement="$E" --grant-principal="$P" --grant-principal-type="$T"
baton-sendgrid && holds

baton-sendgrid --create-account-login=new@example.com --create-account-email=new@example.com \
  --create-account-profile='{"scopes": ["mail.send"], "is_admin": false}'
baton-sendgrid
baton resources -t teammate_invitation -o json | jq -e '.resources[] | select(.resource.displayName == "new@example.com")' >/dev/null

baton-sendgrid --delete-resource="$P" --delete-resource-type="$T"
baton-sendgrid && holds_not
baton stats -o json | jq -e '.stats.resourcesByResourceType.teammate | type == "string"' >/dev/null
baton syncs -o json | jq -e '.syncs[0].id and .syncs[0].syncType == "full" and .syncs[0].startedAt and .syncs[0].endedAt' >/dev/null
