-- What one person asks for and another decides. What stood before and shall stand after is sealed.

create table change_policy (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid,
  kind text not null,
  asks text not null check (asks in ('nobody', 'colleague', 'manager', 'client')),
  free_up_to bigint not null default 0 check (free_up_to >= 0 and free_up_to < 10000000000000),
  primary key (tenant_id, id),
  constraint change_policy_kind_key unique nulls not distinct (tenant_id, client_id, kind),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);

create table change_request (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid,
  kind text not null,
  subject_id uuid,
  subject_ids uuid[] not null default '{}',
  subject text not null default '',
  before bytea not null,
  after bytea not null,
  fingerprint bytea not null,
  amount bigint not null default 0,
  reason text not null default '',
  asks text not null check (asks in ('nobody', 'colleague', 'manager', 'client')),
  maker_id uuid,
  maker_name text not null,
  state text not null default 'pending' check (state in ('pending', 'applied', 'rejected', 'withdrawn', 'void')),
  decided_by uuid,
  decided_name text not null default '',
  decided_at timestamptz,
  comment text not null default '',
  primary key (tenant_id, id),
  foreign key (tenant_id, client_id) references client (tenant_id, id),
  foreign key (tenant_id, maker_id) references member (tenant_id, id),
  foreign key (tenant_id, decided_by) references member (tenant_id, id),
  constraint change_request_decided check ((state = 'pending') = (decided_at is null)),
  constraint change_request_four_eyes check (
    state not in ('applied', 'rejected') or (state = 'applied' and asks = 'nobody')
    or (decided_by is not null and decided_by is distinct from maker_id)),
  constraint change_request_own check (state <> 'withdrawn' or decided_by is not distinct from maker_id),
  constraint change_request_client check (asks <> 'client' or client_id is not null)
);
-- The same wish, sent twice in one moment, is one request.
create unique index change_request_same_key on change_request (tenant_id, kind, subject_id, fingerprint)
  nulls not distinct where state = 'pending';
create index change_request_open on change_request (tenant_id, id) where state = 'pending';
create index change_request_subject on change_request (tenant_id, subject_id, id);
create index change_request_recent on change_request (tenant_id, client_id, id);

-- A request is made waiting, or applied at once where the policy asks nobody; it is decided once, and for good.
create function refuse_second_decision() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and new.state <> 'pending' and not (new.state = 'applied' and new.asks = 'nobody') then
    raise exception 'a change request begins as pending';
  end if;
  if tg_op = 'UPDATE' and old.state <> 'pending' and
    (new.state, new.decided_by, new.decided_name, new.decided_at, new.comment)
    is distinct from (old.state, old.decided_by, old.decided_name, old.decided_at, old.comment) then
    raise exception 'this change request is % already', old.state;
  end if;
  return new;
end $$;
create trigger change_request_once before insert or update on change_request
  for each row execute function refuse_second_decision();
