/** Raised with every change of `SCHEMA`; `openSqliteStore` refuses files with a higher one. */
export const SCHEMA_VERSION = 1;

/** `seq` keeps the order in which things were made: ids of the same second are not in order. */
export const SCHEMA = `
create table token_key (id integer primary key check (id = 1), value blob not null) strict;

create table connectors (
  seq integer primary key autoincrement,
  id text not null unique,
  name text not null,
  created_at_ms integer not null
) strict;

create table credentials (
  seq integer primary key autoincrement,
  client_id text not null unique,
  connector_id text not null references connectors (id),
  public_key text not null,
  created_at_ms integer not null,
  revoked_at_ms integer
) strict;
create index credentials_by_connector on credentials (connector_id);

create table hosts (
  connector_id text not null references connectors (id),
  host_id text not null,
  last_seen_ms integer not null,
  hello_at_ms integer,
  hello blob,
  primary key (connector_id, host_id)
) strict, without rowid;

create table tasks (
  seq integer primary key autoincrement,
  id text not null unique,
  connector_id text not null references connectors (id),
  type text not null,
  state text not null check (state in ('pending', 'leased', 'finished', 'failed', 'cancelled')),
  task blob not null,
  dedupe_key text,
  created_at_ms integer not null,
  not_before_ms integer not null,
  attempts integer not null,
  lease_host_id text,
  lease_until_ms integer,
  cancel_requested integer not null,
  ended_at_ms integer,
  result blob,
  reason text,
  uploads text not null
) strict;
create index tasks_by_connector on tasks (connector_id, seq);
create index pending_tasks on tasks (connector_id, seq) where state = 'pending';
create index pending_times on tasks (connector_id, not_before_ms) where state = 'pending';
create index leased_tasks on tasks (connector_id) where state = 'leased';
create index tasks_by_key on tasks (connector_id, dedupe_key) where dedupe_key is not null;

create table nonces (
  client_id text not null,
  nonce text not null,
  until_ms integer not null,
  primary key (client_id, nonce)
) strict, without rowid;
create index nonces_by_time on nonces (until_ms);
`;
