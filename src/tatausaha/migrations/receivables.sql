-- Customers who buy on credit, what they owe by when, and what they paid.

create table customer (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  code text not null check (length(code) between 1 and 40),
  name text not null check (length(name) between 1 and 200),
  contact text not null default '',
  email text not null default '',
  phone text not null default '',
  address text not null default '',
  language text not null default 'id' check (language in ('id', 'en')),
  terms_days int not null default 30 check (terms_days between 0 and 365),
  -- None for no limit.
  credit_limit bigint check (credit_limit >= 0 and credit_limit < 10000000000000),
  archived_at timestamptz,
  name_norm text collate "C" not null generated always as (lower(name)) stored,
  primary key (tenant_id, id),
  constraint customer_client_key unique (tenant_id, client_id, id),
  constraint customer_code_key unique (tenant_id, client_id, code),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);
create index customer_name on customer (tenant_id, client_id, name_norm, id);

-- One row for each due day of an invoice: an invoice paid in instalments has several parts under one number.
create table receivable (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  customer_id uuid not null,
  -- None while it waits for approval: the number is given when it is issued.
  number text,
  request_id uuid not null,
  part int not null default 1,
  parts int not null default 1 check (parts between 1 and 36),
  issued_on date not null,
  due_on date not null,
  amount bigint not null check (amount > 0 and amount < 10000000000000),
  paid bigint not null default 0,
  state text not null default 'waiting' check (state in ('waiting', 'open', 'paid', 'refused', 'void')),
  note text not null default '',
  void_reason text not null default '',
  actor_id uuid,
  actor_name text not null default '',
  primary key (tenant_id, id),
  constraint receivable_client_key unique (tenant_id, client_id, id),
  constraint receivable_number_key unique (tenant_id, client_id, number, part),
  constraint receivable_request_key unique (tenant_id, request_id, part),
  foreign key (tenant_id, client_id, customer_id) references customer (tenant_id, client_id, id),
  check (part between 1 and parts),
  check (due_on >= issued_on),
  check (paid between 0 and amount),
  check ((state = 'paid') = (paid = amount)),
  check ((number is null) = (state in ('waiting', 'refused')))
);
create index receivable_customer on receivable (tenant_id, customer_id, due_on, id);
create index receivable_open on receivable (tenant_id, client_id, due_on, id) where state = 'open';
create index receivable_recent on receivable (tenant_id, client_id, id);

-- Money that came, and the parts it paid.
create table customer_receipt (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  customer_id uuid not null,
  received_on date not null,
  amount bigint not null check (amount > 0 and amount < 10000000000000),
  method text not null default 'transfer' check (method in ('cash', 'transfer', 'card', 'other')),
  reference text not null default '',
  actor_id uuid,
  actor_name text not null default '',
  primary key (tenant_id, id),
  constraint customer_receipt_client_key unique (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, customer_id) references customer (tenant_id, client_id, id)
);
create index customer_receipt_customer on customer_receipt (tenant_id, customer_id, received_on, id);
-- The same transfer is entered once.
create unique index customer_receipt_reference_key on customer_receipt (tenant_id, customer_id, reference)
  where reference <> '';

create table customer_receipt_line (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  receipt_id uuid not null,
  receivable_id uuid not null,
  amount bigint not null check (amount > 0),
  primary key (tenant_id, id),
  constraint customer_receipt_line_key unique (tenant_id, receipt_id, receivable_id),
  foreign key (tenant_id, client_id, receipt_id) references customer_receipt (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, receivable_id) references receivable (tenant_id, client_id, id)
);
create index customer_receipt_line_receivable on customer_receipt_line (tenant_id, receivable_id);
