-- The chain over the access log, what it is kept for, and what looked unusual in it.

-- Events wait here for the chain: taken out in the very transaction that seals them, so that each is sealed once, however
-- late its own transaction commits.
create table audit_waiting (
  tenant_id uuid not null,
  client_id uuid,
  event_id uuid not null,
  primary key (tenant_id, event_id)
);
create function audit_waits() returns trigger language plpgsql as $$
begin
  insert into audit_waiting (tenant_id, client_id, event_id) values (new.tenant_id, new.client_id, new.id);
  return null;
end $$;
create trigger audit_event_waits after insert on audit_event for each row execute function audit_waits();

-- One link seals up to a thousand events. Ids and digests stay when the events themselves are forgotten.
create table audit_link (
  tenant_id uuid not null default app_tenant() references provider (id),
  number int not null check (number >= 1),
  event_ids uuid[] not null,
  digests bytea[] not null,
  previous bytea not null,
  hash bytea not null,
  sealed_at timestamptz not null,
  primary key (tenant_id, number),
  check (cardinality(event_ids) = cardinality(digests))
);

-- How long lines are kept, and the hours in which people usually work; without a row, the defaults hold.
create table log_policy (
  tenant_id uuid not null default app_tenant() references provider (id),
  months int not null default 24 check (months between 12 and 120),
  opens int not null default 6 check (opens between 0 and 23),
  closes int not null default 20 check (closes between 1 and 24),
  primary key (tenant_id),
  check (opens < closes)
);

-- What a client's contract says: whether names or only roles are shown to it, and whether it gets the weekly letter.
create table log_share (
  tenant_id uuid not null default app_tenant(),
  client_id uuid not null,
  shows_names boolean not null default true,
  weekly boolean not null default true,
  primary key (tenant_id, client_id),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);

-- Access that a manager should look at: by whom, in which hour, against which rule, with the figures that say why.
create table unusual_access (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  rule text not null check (rule in ('many', 'place', 'hours')),
  actor_id uuid not null,
  actor_name text not null,
  hour timestamptz not null,
  figures jsonb not null,
  grave boolean not null,
  verdict text not null default '' check (verdict in ('', 'expected', 'wrong')),
  note text not null default '' check (length(note) <= 1000),
  reviewed_at timestamptz,
  reviewed_by text not null default '',
  primary key (tenant_id, id),
  constraint unusual_access_once_key unique (tenant_id, rule, actor_id, hour)
);
create index unusual_access_open on unusual_access (tenant_id, id) where reviewed_at is null;
