-- What the law on personal data (UU 27/2022) asks the office to be able to show. Rows about a person carry the employee's
-- id without a foreign key, so that the proof of what was done outlives the person's data.

create table privacy_request (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  subject_id uuid not null,
  subject_name text not null,
  kind text not null check (kind in ('access', 'correction', 'restriction', 'erasure', 'objection', 'withdrawal')),
  channel text not null check (channel in ('letter', 'mail', 'visit', 'portal')),
  received_at timestamptz not null,
  due_at timestamptz not null,
  wish text not null default '',
  asked_by text not null,
  identity_method text not null default '',
  identity_by text not null default '',
  identity_at timestamptz,
  state text not null default 'open' check (state in ('open', 'done', 'refused')),
  answer text not null default '',
  answered_by text not null default '',
  answered_at timestamptz,
  alarmed_at timestamptz,
  copy_key text,
  copy_size bigint not null default 0,
  copy_sha256 bytea,
  copy_until timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, client_id) references client (tenant_id, id),
  check ((state = 'open') = (answered_at is null))
);
create index privacy_request_subject on privacy_request (tenant_id, subject_id);
create index privacy_request_recent on privacy_request (tenant_id, id desc);
create index privacy_request_open on privacy_request (tenant_id, due_at) where state = 'open';

create table retention_rule (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  kind text not null,
  effective_from date not null,
  months int not null check (months between 1 and 1200),
  reason text not null,
  set_by text not null,
  primary key (tenant_id, id),
  constraint retention_rule_from_key unique (tenant_id, kind, effective_from)
);

create table legal_hold (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  subject_id uuid,
  subject_name text not null default '',
  reason text not null,
  placed_by text not null,
  released_at timestamptz,
  released_by text not null default '',
  primary key (tenant_id, id),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);
create index legal_hold_standing on legal_hold (tenant_id, client_id) where released_at is null;

-- A destruction names a person, or the payroll of a client up to a month. Rows that nothing else may delete can be deleted
-- while the destruction that names them is agreed and under way, and two people have put their names to it.
create table destruction (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  scope text not null check (scope in ('person', 'payroll')),
  subject_id uuid,
  subject_name text not null default '',
  until date,
  reason text not null,
  state text not null default 'waiting' check (state in ('waiting', 'approved', 'done', 'dropped')),
  asked_id uuid not null,
  asked_by text not null,
  agreed_id uuid,
  agreed_by text not null default '',
  agreed_at timestamptz,
  done_at timestamptz,
  counts jsonb not null default '{}',
  certificate_sha256 bytea,
  primary key (tenant_id, id),
  foreign key (tenant_id, client_id) references client (tenant_id, id),
  check ((scope = 'person') = (subject_id is not null)),
  check ((scope = 'payroll') = (until is not null)),
  check (state in ('waiting', 'dropped') or (agreed_id is not null and agreed_id <> asked_id))
);
create index destruction_recent on destruction (tenant_id, id desc);
create unique index destruction_person_key on destruction (tenant_id, subject_id) where state in ('waiting', 'approved');

-- A legal hold is stronger than any destruction.
create function destruction_names(of_client uuid, of_person uuid, of_period date) returns boolean
language sql stable as $$
  select exists (select from destruction d where d.tenant_id = app_tenant() and d.client_id = of_client
                 and d.state = 'approved' and (d.subject_id = of_person or of_period <= d.until))
    and not exists (select from legal_hold h where h.tenant_id = app_tenant() and h.client_id = of_client
                    and h.released_at is null and (h.subject_id is null or h.subject_id = of_person))
$$;

create or replace function refuse_settled_figures() returns trigger language plpgsql as $$
declare settled text;
begin
  select min(r.state) into settled from changed c join pay_run r on r.tenant_id = c.tenant_id and r.id = c.run_id
   where r.state not in ('draft', 'calculating')
     and not (tg_op = 'DELETE' and destruction_names(r.client_id, c.employee_id, r.period));
  if settled is not null then
    raise exception 'the figures of a run that is % do not change', settled using errcode = 'TS001';
  end if;
  return null;
end $$;

create table breach (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  title text not null,
  noticed_at timestamptz not null,
  due_at timestamptz not null,
  began_at timestamptz not null,
  ended_at timestamptz,
  what text not null,
  how text not null default '',
  done text not null default '',
  kinds text[] not null default '{}',
  actor_id uuid,
  contact text not null default '',
  state text not null default 'draft' check (state in ('draft', 'confirmed', 'closed')),
  subjects_told_at timestamptz,
  authority_told_at timestamptz,
  lessons text not null default '',
  entered_by text not null,
  alarmed_at timestamptz,
  primary key (tenant_id, id)
);
create index breach_recent on breach (tenant_id, id desc);

-- A client sees its own line, once two people have released it, and never the breach behind it.
create table breach_client (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  breach_id uuid not null,
  persons int not null default 0 check (persons >= 0),
  notice text not null default '',
  released_at timestamptz,
  primary key (tenant_id, id),
  constraint breach_client_key unique (tenant_id, breach_id, client_id),
  foreign key (tenant_id, client_id) references client (tenant_id, id),
  foreign key (tenant_id, breach_id) references breach (tenant_id, id)
);

create table breach_note (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  breach_id uuid not null,
  note text not null,
  actor_name text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, breach_id) references breach (tenant_id, id)
);
create index breach_note_breach on breach_note (tenant_id, breach_id, id);

create table sub_processor (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  name text not null,
  service text not null,
  country text not null,
  host text not null default '',
  kinds text[] not null default '{}',
  since date not null,
  ended_on date,
  primary key (tenant_id, id),
  constraint sub_processor_name_key unique (tenant_id, name, service)
);

create table processor_consent (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  processor_id uuid not null,
  state text not null default 'asked' check (state in ('asked', 'agreed', 'refused')),
  reason text not null default '',
  decided_by text not null default '',
  decided_at timestamptz,
  primary key (tenant_id, id),
  constraint processor_consent_key unique (tenant_id, processor_id, client_id),
  foreign key (tenant_id, client_id) references client (tenant_id, id),
  foreign key (tenant_id, processor_id) references sub_processor (tenant_id, id),
  check (state <> 'refused' or reason <> '')
);
