-- What the tills sold: shifts, and every line of their receipts. A line's id follows from its place, till, day, receipt and
-- number, so that whoever tells it once more, by whatever way, tells nothing new.

create table till (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  place_id uuid not null,
  version int not null default 1,
  code text not null check (length(code) between 1 and 40),
  name text not null default '' check (length(name) <= 200),
  archived_at timestamptz,
  primary key (tenant_id, id),
  constraint till_client_key unique (tenant_id, client_id, id),
  constraint till_code_key unique (tenant_id, place_id, code),
  foreign key (tenant_id, client_id, place_id) references place (tenant_id, client_id, id)
);
create index till_client on till (tenant_id, client_id, code, id);

-- What the columns of a till's file mean, as a person said once.
create table till_layout (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  headers text[] not null,
  mapping jsonb not null,
  actor_name text not null default '',
  primary key (tenant_id, id),
  constraint till_layout_key unique (tenant_id, client_id, headers),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);

-- Which item a till means by a code or name that is not ours.
create table till_item (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  written text collate "C" not null check (length(written) between 1 and 200),
  item_id uuid not null,
  actor_name text not null default '',
  primary key (tenant_id, id),
  constraint till_item_key unique (tenant_id, client_id, written),
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id)
);

create table shift (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  place_id uuid not null,
  till_id uuid,
  version int not null default 1,
  day date not null,
  -- As the till calls it; empty where it counts none.
  number text not null default '' check (length(number) <= 60),
  cashier text not null default '' check (length(cashier) <= 200),
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  -- Waiting for a second person's consent to its difference; counted again after that was refused.
  state text not null default 'open' check (state in ('open', 'counted', 'waiting', 'closed')),
  opening_cash bigint not null default 0 check (opening_cash >= 0),
  counted_cash bigint check (counted_cash >= 0),
  -- Counted less expected, over all methods.
  difference bigint,
  reason text not null default '',
  closed_by uuid,
  closed_name text not null default '',
  -- How many of its late lines a person has looked at.
  late_seen int not null default 0,
  primary key (tenant_id, id),
  check (state <> 'closed' or (counted_cash is not null and difference is not null and closed_at is not null)),
  check (difference is null or difference = 0 or reason <> ''),
  constraint shift_client_key unique (tenant_id, client_id, id),
  constraint shift_key unique nulls not distinct (tenant_id, place_id, till_id, day, number),
  foreign key (tenant_id, client_id, place_id) references place (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, till_id) references till (tenant_id, client_id, id)
);
create index shift_day on shift (tenant_id, day desc, id desc);
create index shift_client_day on shift (tenant_id, client_id, day desc, id desc);

-- What a shift took in by one way of paying. `sales` and `refunds` (zero or less) came while it was open, `late` (net) after
-- it was counted; what was expected and counted stays as it was said then.
create table shift_method (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  shift_id uuid not null,
  method text not null check (length(method) between 1 and 60),
  sales bigint not null default 0,
  refunds bigint not null default 0,
  late bigint not null default 0,
  lines int not null default 0,
  late_lines int not null default 0,
  expected bigint,
  counted bigint,
  primary key (tenant_id, id),
  constraint shift_method_key unique (tenant_id, shift_id, method),
  foreign key (tenant_id, client_id, shift_id) references shift (tenant_id, client_id, id)
);

-- Quantities are thousandths of the item's unit; a refund's quantity, amount and cost are negative. Rows are only added;
-- `late` alone may change, when a shift is counted again.
create table sale_line (
  tenant_id uuid not null default app_tenant(),
  id uuid not null,
  created_at timestamptz not null default now(),
  client_id uuid not null,
  place_id uuid not null,
  shift_id uuid not null,
  sold_on date not null,
  sold_at timestamptz,
  receipt text not null default '',
  line int not null default 1,
  item_id uuid not null,
  quantity bigint not null check (quantity <> 0),
  -- Net of the discount.
  amount bigint not null,
  discount bigint not null default 0,
  method text not null,
  cost bigint not null,
  late boolean not null default false,
  primary key (tenant_id, id),
  foreign key (tenant_id, client_id, place_id) references place (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, shift_id) references shift (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id)
);
create index sale_line_shift on sale_line (tenant_id, shift_id, id);

-- The same, summed by day, place and item; written with the lines.
create table sale_day (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  place_id uuid not null,
  item_id uuid not null,
  sold_on date not null,
  quantity bigint not null default 0,
  amount bigint not null default 0,
  cost bigint not null default 0,
  -- The amount of the refunds alone, zero or less; `amount` has it in it.
  refunds bigint not null default 0,
  primary key (tenant_id, id),
  constraint sale_day_key unique (tenant_id, place_id, item_id, sold_on),
  foreign key (tenant_id, client_id, place_id) references place (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id)
);
create index sale_day_client on sale_day (tenant_id, client_id, sold_on) include (place_id, item_id, quantity, amount, cost, refunds);

-- The one identity of a line: by its day first, so that what was sold together lies together.
create function sale_line_id(place uuid, till text, day date, receipt text, line int) returns uuid language sql stable
return (lpad(to_hex(day - date '2000-01-01'), 8, '0') || encode(substr(sha256(convert_to(
  place || chr(31) || till || chr(31) || receipt || chr(31) || line, 'UTF8')), 1, 12), 'hex'))::uuid;
