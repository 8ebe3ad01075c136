-- Numbers of documents: how each client writes them, how far each series has come, and which were taken.

create table number_pattern (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  kind text not null,
  pattern text not null check (length(pattern) between 1 and 100),
  reset text not null check (reset in ('month', 'year')),
  primary key (tenant_id, id),
  constraint number_pattern_key unique (tenant_id, client_id, kind),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);

-- Its row is locked by whoever takes a number, until that transaction ends: so there is no gap.
create table number_series (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  kind text not null,
  reset text not null check (reset in ('month', 'year')),
  starts_on date not null,
  last int not null check (last > 0),
  primary key (tenant_id, id),
  constraint number_series_key unique (tenant_id, client_id, kind, reset, starts_on),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);

create table number_taken (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  kind text not null,
  number text not null,
  count int not null,
  taken_on date not null,
  voided_at timestamptz,
  void_reason text not null default '' check ((void_reason <> '') = (voided_at is not null)),
  void_name text not null default '',
  primary key (tenant_id, id),
  constraint number_taken_key unique (tenant_id, client_id, kind, number),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);
create index number_taken_span on number_taken (tenant_id, client_id, kind, taken_on);
create index number_taken_void on number_taken (tenant_id, client_id, voided_at) where voided_at is not null;
