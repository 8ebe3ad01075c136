-- Whom goods are bought from, at which price, and what was asked for and ordered. Quantities of lines are thousandths of
-- the line's own unit, `factor` thousandths of the item's unit in one of it; money is whole rupiah.

create table supplier (
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
  -- Sealed (see core/sealed.py); an index tells equal from unequal and nothing else.
  npwp bytea,
  -- A registered taxable person (PKP), who adds PPN.
  pkp boolean not null default false,
  terms_days int not null default 30 check (terms_days between 0 and 365),
  lead_days int not null default 7 check (lead_days between 0 and 365),
  language text not null default 'id' check (language in ('id', 'en')),
  bank text not null default '',
  bank_account bytea,
  bank_account_index bytea check (length(bank_account_index) = 18),
  bank_holder text not null default '',
  note text not null default '',
  archived_at timestamptz,
  name_norm text collate "C" not null generated always as (lower(name)) stored,
  word2 text collate "C" not null generated always as (split_part(lower(name), ' ', 2)) stored,
  code_norm text collate "C" not null generated always as (lower(code)) stored,
  primary key (tenant_id, id),
  check ((bank_account is null) = (bank_account_index is null)),
  constraint supplier_sealed check (substr(npwp, 1, 1) = '\x01' and substr(bank_account, 1, 1) = '\x01'),
  constraint supplier_client_key unique (tenant_id, client_id, id),
  constraint supplier_code_key unique (tenant_id, client_id, code),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);
create index supplier_name on supplier (tenant_id, name_norm, id);
create index supplier_client_name on supplier (tenant_id, client_id, name_norm, id);
create index supplier_bank_account on supplier (tenant_id, client_id, bank_account_index)
  where bank_account_index is not null;

-- What a supplier delivers, how it calls it, and in which unit, packs and least quantity it is ordered there.
create table supplier_item (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  supplier_id uuid not null,
  item_id uuid not null,
  supplier_code text not null default '' check (length(supplier_code) <= 60),
  unit text not null check (length(unit) between 1 and 20),
  -- Orders are multiples of `pack` and not less than `minimum`, both in thousandths of `unit`.
  pack bigint not null default 1000 check (pack > 0 and pack < 1000000000000),
  minimum bigint not null default 0 check (minimum >= 0 and minimum < 1000000000000),
  preferred boolean not null default false,
  primary key (tenant_id, id),
  constraint supplier_item_key unique (tenant_id, supplier_id, item_id),
  foreign key (tenant_id, client_id, supplier_id) references supplier (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id)
);
create index supplier_item_item on supplier_item (tenant_id, item_id);
create unique index supplier_item_preferred on supplier_item (tenant_id, item_id) where preferred;

-- What one unit costs from a day on, from a quantity on.
create table supplier_price (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  supplier_id uuid not null,
  item_id uuid not null,
  unit text not null check (length(unit) between 1 and 20),
  price bigint not null check (price >= 0 and price < 10000000000000),
  minimum_quantity bigint not null default 0 check (minimum_quantity >= 0 and minimum_quantity < 1000000000000),
  starts_on date not null,
  ends_on date check (ends_on >= starts_on),
  primary key (tenant_id, id),
  constraint supplier_price_key unique (tenant_id, supplier_id, item_id, unit, minimum_quantity, starts_on),
  foreign key (tenant_id, client_id, supplier_id) references supplier (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id)
);
create index supplier_price_item on supplier_price (tenant_id, item_id, starts_on);

-- How a client orders: the rate of PPN (parts per 100,000) for suppliers who add it, and what every order says.
create table purchase_policy (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  ppn_rate int not null default 12000 check (ppn_rate between 0 and 100000),
  order_terms text not null default '',
  primary key (tenant_id, id),
  constraint purchase_policy_client_key unique (tenant_id, client_id),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);

-- What a department wants, before anybody orders it.
create table purchase_request (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  place_id uuid not null,
  department text not null default '',
  needed_on date,
  reason text not null default '',
  state text not null default 'draft'
    check (state in ('draft', 'waiting', 'approved', 'rejected', 'ordered', 'cancelled')),
  -- What it would cost by the price lists of that day.
  estimate bigint not null default 0,
  maker_id uuid,
  maker_name text not null default '',
  answer text not null default '',
  primary key (tenant_id, id),
  constraint purchase_request_client_key unique (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, place_id) references place (tenant_id, client_id, id)
);
create index purchase_request_client on purchase_request (tenant_id, client_id, id);
create index purchase_request_open on purchase_request (tenant_id, id) where state in ('waiting', 'approved');

create table purchase_order (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  supplier_id uuid not null,
  place_id uuid not null,
  request_id uuid,
  -- Given with the first approval, and kept whatever happens afterwards.
  number text check (length(number) between 1 and 60),
  revision int not null default 1 check (revision > 0),
  state text not null default 'draft' check (state in
    ('draft', 'waiting', 'approved', 'sent', 'confirmed', 'refused', 'received', 'closed', 'cancelled')),
  ordered_on date not null,
  expected_on date,
  ppn_rate int not null default 0 check (ppn_rate between 0 and 100000),
  subtotal bigint not null default 0,
  ppn bigint not null default 0,
  total bigint not null default 0,
  note text not null default '',
  maker_id uuid,
  maker_name text not null default '',
  submitted_at timestamptz,
  approved_at timestamptz,
  approved_name text not null default '',
  sent_at timestamptz,
  confirmed_at timestamptz,
  closed_at timestamptz,
  cancelled_at timestamptz,
  cancel_reason text not null default '',
  primary key (tenant_id, id),
  constraint purchase_order_client_key unique (tenant_id, client_id, id),
  constraint purchase_order_number_key unique (tenant_id, client_id, number),
  constraint purchase_order_numbered check (number is not null or state in ('draft', 'waiting', 'cancelled')),
  foreign key (tenant_id, client_id, supplier_id) references supplier (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, place_id) references place (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, request_id) references purchase_request (tenant_id, client_id, id)
);
create index purchase_order_client on purchase_order (tenant_id, client_id, id);
create index purchase_order_state on purchase_order (tenant_id, client_id, state, id);
create index purchase_order_supplier on purchase_order (tenant_id, supplier_id, id);
create index purchase_order_request on purchase_order (tenant_id, request_id) where request_id is not null;

create table purchase_order_line (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  order_id uuid not null,
  position int not null,
  item_id uuid not null,
  unit text not null check (length(unit) between 1 and 20),
  factor bigint not null check (factor > 0 and factor < 1000000000000),
  quantity bigint not null check (quantity > 0 and quantity < 1000000000000),
  price bigint not null check (price >= 0 and price < 10000000000000),
  -- Parts per 100,000 off the price.
  discount int not null default 0 check (discount between 0 and 100000),
  amount bigint not null check (amount >= 0),
  -- What came, was billed and went back, in thousandths of `unit`; kept by receipts, bills and returns.
  received bigint not null default 0 check (received >= 0),
  billed bigint not null default 0 check (billed >= 0),
  returned bigint not null default 0 check (returned >= 0),
  primary key (tenant_id, id),
  constraint purchase_order_line_client_key unique (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, order_id) references purchase_order (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id)
);
create index purchase_order_line_order on purchase_order_line (tenant_id, order_id, position);
create index purchase_order_line_item on purchase_order_line (tenant_id, item_id);

-- Every version of an order that was approved, as it was; a later one replaces it.
create table purchase_order_revision (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  order_id uuid not null,
  revision int not null check (revision > 0),
  content jsonb not null,
  total bigint not null,
  reason text not null default '',
  approved_name text not null default '',
  primary key (tenant_id, id),
  constraint purchase_order_revision_key unique (tenant_id, order_id, revision),
  foreign key (tenant_id, client_id, order_id) references purchase_order (tenant_id, client_id, id)
);

create table purchase_request_line (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  request_id uuid not null,
  position int not null,
  item_id uuid not null,
  unit text not null check (length(unit) between 1 and 20),
  factor bigint not null check (factor > 0 and factor < 1000000000000),
  quantity bigint not null check (quantity > 0 and quantity < 1000000000000),
  supplier_id uuid,
  -- The order that it became.
  order_id uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, client_id, request_id) references purchase_request (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, supplier_id) references supplier (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, order_id) references purchase_order (tenant_id, client_id, id)
);
create index purchase_request_line_request on purchase_request_line (tenant_id, request_id, position);
