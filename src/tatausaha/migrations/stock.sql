-- What is there, where, and what it cost. Movements are the ledger and are only ever added; a trigger folds each of them
-- into the level of its place and item, and into its batch, so that a balance cannot say anything else than the ledger.
-- Quantities are whole thousandths of the item's unit, values whole rupiah.

create table place (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  code text not null check (length(code) between 1 and 40),
  name text not null check (length(name) between 1 and 200),
  kind text not null default 'store' check (kind in ('store', 'warehouse', 'office')),
  address text not null default '',
  archived_at timestamptz,
  primary key (tenant_id, id),
  constraint place_client_key unique (tenant_id, client_id, id),
  constraint place_code_key unique (tenant_id, client_id, code),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);

create table item (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  code text not null check (length(code) between 1 and 60),
  name text not null check (length(name) between 1 and 200),
  category text not null default '',
  unit text not null default 'pcs' check (length(unit) between 1 and 20),
  -- What is sold, or what an office uses up.
  kind text not null default 'goods' check (kind in ('goods', 'supply')),
  cost_method text not null default 'average' check (cost_method in ('average', 'fifo')),
  batched boolean not null default false,
  shelf_days int check (shelf_days between 1 and 36500),
  warn_days int not null default 30 check (warn_days between 0 and 3650),
  sale_price bigint check (sale_price >= 0 and sale_price < 10000000000000),
  note text not null default '',
  archived_at timestamptz,
  name_norm text collate "C" not null generated always as (lower(name)) stored,
  word2 text collate "C" not null generated always as (split_part(lower(name), ' ', 2)) stored,
  code_norm text collate "C" not null generated always as (lower(code)) stored,
  primary key (tenant_id, id),
  constraint item_client_key unique (tenant_id, client_id, id),
  constraint item_code_key unique (tenant_id, client_id, code),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);
create index item_name on item (tenant_id, client_id, name_norm, id);
create index item_word2 on item (tenant_id, client_id, word2);
create index item_code_norm on item (tenant_id, client_id, code_norm);
create index item_category on item (tenant_id, client_id, category, name_norm, id);

-- Other units of an item, as thousandths of its own: a box of 12 is 12000.
create table item_unit (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  item_id uuid not null,
  unit text not null check (length(unit) between 1 and 20),
  factor bigint not null check (factor > 0 and factor < 1000000000000),
  primary key (tenant_id, id),
  constraint item_unit_key unique (tenant_id, item_id, unit),
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id)
);

create table item_barcode (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  item_id uuid not null,
  barcode text not null check (length(barcode) between 1 and 80),
  -- Empty for the item's own unit.
  unit text not null default '',
  primary key (tenant_id, id),
  constraint item_barcode_key unique (tenant_id, client_id, barcode),
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id)
);
create index item_barcode_item on item_barcode (tenant_id, item_id);

-- How an item stands in a place. The trigger below alone writes quantity, value and the days of its last movements.
create table stock_level (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  place_id uuid not null,
  item_id uuid not null,
  quantity bigint not null default 0,
  value bigint not null default 0,
  last_in_on date,
  last_out_on date,
  minimum bigint not null default 0 check (minimum >= 0),
  reorder_quantity bigint not null default 0 check (reorder_quantity >= 0),
  -- What is ordered and has not come; kept by purchasing.
  on_order bigint not null default 0 check (on_order >= 0),
  -- What went out in the ninety days before the last reckoning.
  out_90 bigint not null default 0,
  -- When it was told to be low; told again only after it was ordered or came back above the minimum.
  alerted_at timestamptz,
  low boolean not null generated always as (minimum > 0 and quantity < minimum) stored,
  -- For how many days it lasts at the pace of those ninety days; the greatest number where nothing goes out.
  cover_days int not null generated always as (case when quantity <= 0 then 0 when out_90 <= 0 then 99999
    else least(quantity * 90 / out_90, 99999) end) stored,
  -- Since when none went out: since it came, where it never did.
  idle_since date generated always as (coalesce(last_out_on, last_in_on)) stored,
  primary key (tenant_id, id),
  constraint stock_level_key unique (tenant_id, place_id, item_id),
  constraint stock_level_client_key unique (tenant_id, client_id, place_id, item_id),
  foreign key (tenant_id, client_id, place_id) references place (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id)
);
create index stock_level_item on stock_level (tenant_id, item_id);
create index stock_level_low on stock_level (tenant_id, client_id, cover_days, id) where low;
create index stock_level_untold on stock_level (tenant_id, client_id, id) where low and alerted_at is null and on_order = 0;
create index stock_level_still on stock_level (tenant_id, client_id, idle_since, id) where quantity > 0;

-- A lot of an item in a place, with its last day.
create table stock_batch (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  place_id uuid not null,
  item_id uuid not null,
  number text not null default '' check (length(number) <= 60),
  expires_on date,
  -- From this day on it is told to be near its end: `expires_on` less the item's warning days.
  warn_on date,
  quantity bigint not null default 0 constraint stock_batch_not_negative check (quantity >= 0),
  primary key (tenant_id, id),
  constraint stock_batch_client_key unique (tenant_id, client_id, id),
  constraint stock_batch_key unique nulls not distinct (tenant_id, place_id, item_id, number, expires_on),
  foreign key (tenant_id, client_id, place_id) references place (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id)
);
create index stock_batch_expiry on stock_batch (tenant_id, client_id, expires_on, id) where quantity > 0;
create index stock_batch_warned on stock_batch (tenant_id, client_id, warn_on, expires_on, id) where quantity > 0;

-- What was bought for how much and is not used up yet: the oldest goes first. Items of average cost have none.
create table stock_layer (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  place_id uuid not null,
  item_id uuid not null,
  received_on date not null,
  quantity bigint not null,
  value bigint not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, client_id, place_id) references place (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id)
);
create index stock_layer_open on stock_layer (tenant_id, place_id, item_id, id) where quantity <> 0;

-- The ledger. `happened_on` is the day of the fact, `booked_on` the day it counts for: a later one when the month of the
-- fact was closed already. A revaluation has a value and no quantity.
create table stock_movement (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  place_id uuid not null,
  item_id uuid not null,
  batch_id uuid,
  kind text not null check (kind in ('opening', 'receipt', 'issue', 'sale', 'refund', 'transfer_out', 'transfer_in',
    'adjustment', 'count', 'supplier_return', 'exchange_out', 'exchange_in', 'write_off', 'revaluation')),
  quantity bigint not null,
  value bigint not null,
  happened_on date not null,
  booked_on date not null,
  -- What caused it: a receipt, a shift, a count…
  document_kind text not null default '',
  document_id uuid,
  department text not null default '',
  reason text not null default '',
  -- Why a rule was set aside: expired goods that went out, stock that went below zero.
  override text not null default '',
  actor_id uuid,
  actor_name text not null default '',
  primary key (tenant_id, id),
  check (quantity <> 0 or value <> 0),
  check ((kind = 'revaluation') = (quantity = 0)),
  check (booked_on >= happened_on),
  -- The level, which whoever posts holds already: one check, and no lock on the place that all movements share.
  foreign key (tenant_id, client_id, place_id, item_id) references stock_level (tenant_id, client_id, place_id, item_id),
  foreign key (tenant_id, client_id, batch_id) references stock_batch (tenant_id, client_id, id)
);
create index stock_movement_card on stock_movement (tenant_id, item_id, place_id, id);
create index stock_movement_booked on stock_movement (tenant_id, client_id, booked_on, id) include (place_id, item_id, kind, quantity, value);
create index stock_movement_department on stock_movement (tenant_id, client_id, booked_on) include (department, value)
  where department <> '';
create index stock_movement_document on stock_movement (tenant_id, document_id) where document_id is not null;

-- How a client keeps its stock.
create table stock_policy (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  negative text not null default 'refuse' check (negative in ('refuse', 'flag')),
  slow_days int not null default 90 check (slow_days between 1 and 3650),
  primary key (tenant_id, id),
  constraint stock_policy_client_key unique (tenant_id, client_id),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);

-- A closed month, and what it closed with; nothing is booked into it any more.
create table stock_month (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  month date not null check (extract(day from month) = 1),
  closed_by uuid,
  closed_name text not null,
  primary key (tenant_id, id),
  constraint stock_month_key unique (tenant_id, client_id, month),
  constraint stock_month_client_key unique (tenant_id, client_id, id),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);

create table stock_month_value (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  month_id uuid not null,
  place_id uuid not null,
  category text not null,
  quantity bigint not null,
  value bigint not null,
  primary key (tenant_id, id),
  constraint stock_month_value_key unique (tenant_id, month_id, place_id, category),
  foreign key (tenant_id, client_id, month_id) references stock_month (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, place_id) references place (tenant_id, client_id, id)
);

create function fold_stock_movements() returns trigger language plpgsql as $$
begin
  insert into stock_level as l (client_id, place_id, item_id, quantity, value, last_in_on, last_out_on)
  select client_id, place_id, item_id, sum(quantity), sum(value),
    max(happened_on) filter (where quantity > 0), max(happened_on) filter (where kind in ('issue', 'sale'))
  from moved group by client_id, place_id, item_id order by place_id, item_id
  on conflict (tenant_id, place_id, item_id) do update set
    quantity = l.quantity + excluded.quantity, value = l.value + excluded.value,
    last_in_on = greatest(l.last_in_on, excluded.last_in_on), last_out_on = greatest(l.last_out_on, excluded.last_out_on);
  update stock_batch b set quantity = b.quantity + m.quantity
  from (select tenant_id, batch_id, sum(quantity) as quantity from moved where batch_id is not null group by 1, 2) m
  where b.tenant_id = m.tenant_id and b.id = m.batch_id;
  return null;
end $$;
create trigger stock_movement_fold after insert on stock_movement
  referencing new table as moved for each statement execute function fold_stock_movements();

-- Balances are the ledger's alone to write.
create function refuse_loose_balance() returns trigger language plpgsql as $$
begin
  if pg_trigger_depth() < 2 then
    raise exception 'a balance follows from movements and is not written by itself';
  end if;
  return new;
end $$;
create trigger stock_level_follows before update of quantity, value, last_in_on, last_out_on on stock_level
  for each row execute function refuse_loose_balance();
create trigger stock_batch_follows before update of quantity on stock_batch
  for each row execute function refuse_loose_balance();
create trigger stock_level_begins before insert on stock_level
  for each row when (new.quantity <> 0 or new.value <> 0) execute function refuse_loose_balance();
create trigger stock_batch_begins before insert on stock_batch
  for each row when (new.quantity <> 0) execute function refuse_loose_balance();
