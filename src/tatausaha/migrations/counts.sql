-- What is counted by people and compared with the ledger, and what an office asks for out of its supplies.
-- Quantities are whole thousandths of the item's unit, values whole rupiah.

create table stock_count (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  scope text not null check (scope in ('full', 'place', 'category', 'cycle')),
  -- Empty for all places of the client.
  place_id uuid,
  category text not null default '',
  -- Whoever counts does not see what should be there.
  blind boolean not null default true,
  -- A line that differs by more than this share of what should be there is counted a second time.
  recount_percent int not null default 10 check (recount_percent between 0 and 1000),
  state text not null default 'open' check (state in ('open', 'counted', 'waiting', 'done', 'cancelled')),
  reason text not null default '',
  -- Why somebody said no to the differences.
  comment text not null default '',
  made_by uuid,
  made_name text not null default '',
  ended_at timestamptz,
  primary key (tenant_id, id),
  constraint stock_count_client_key unique (tenant_id, client_id, id),
  foreign key (tenant_id, client_id) references client (tenant_id, id),
  foreign key (tenant_id, client_id, place_id) references place (tenant_id, client_id, id)
);
create index stock_count_newest on stock_count (tenant_id, client_id, id);

-- One line for each item in a place; for each of its lots, where the item has lots.
create table stock_count_line (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  count_id uuid not null,
  place_id uuid not null,
  item_id uuid not null,
  batch_number text not null default '' check (length(batch_number) <= 60),
  expires_on date,
  -- What the ledger said at the moment of counting, so that what moved between start and count is no difference.
  expected bigint,
  counted bigint check (counted >= 0),
  -- What the difference is worth at the cost of that moment.
  value bigint not null default 0,
  counted_at timestamptz,
  counted_by uuid,
  counted_name text not null default '',
  -- The first count, where a second was asked for.
  first_counted bigint,
  primary key (tenant_id, id),
  constraint stock_count_line_key unique nulls not distinct (tenant_id, count_id, place_id, item_id, batch_number, expires_on),
  check ((counted is null) = (expected is null)),
  foreign key (tenant_id, client_id, count_id) references stock_count (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, place_id) references place (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id)
);
create index stock_count_line_page on stock_count_line (tenant_id, count_id, id);
create index stock_count_line_open on stock_count_line (tenant_id, count_id, id) where counted is null;
create index stock_count_line_apart on stock_count_line (tenant_id, count_id, id) where counted <> expected;
-- Which item was not counted for longest.
create index stock_count_line_last on stock_count_line (tenant_id, item_id, place_id, counted_at) where counted is not null;

create table supply_request (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  place_id uuid not null,
  department text not null check (length(department) between 1 and 100),
  reason text not null default '',
  state text not null default 'waiting' check (state in ('waiting', 'approved', 'issued', 'refused', 'cancelled')),
  asked_by uuid,
  asked_name text not null,
  comment text not null default '',
  ended_at timestamptz,
  primary key (tenant_id, id),
  constraint supply_request_client_key unique (tenant_id, client_id, id),
  foreign key (tenant_id, client_id) references client (tenant_id, id),
  foreign key (tenant_id, client_id, place_id) references place (tenant_id, client_id, id)
);
create index supply_request_newest on supply_request (tenant_id, client_id, id);

create table supply_request_line (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  request_id uuid not null,
  item_id uuid not null,
  quantity bigint not null check (quantity > 0),
  issued bigint not null default 0 check (issued between 0 and quantity),
  -- What the issued cost, in rupiah.
  value bigint not null default 0,
  primary key (tenant_id, id),
  constraint supply_request_line_key unique (tenant_id, request_id, item_id),
  foreign key (tenant_id, client_id, request_id) references supply_request (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id)
);

-- Who was told that something runs out is told again only after it was ordered, or was there again.
create function settle_low_alert() returns trigger language plpgsql as $$
begin
  new.alerted_at = null;
  return new;
end $$;
create trigger stock_level_settles before update of quantity, minimum, on_order on stock_level
  for each row when (old.alerted_at is not null and (new.on_order > 0 or new.quantity >= new.minimum))
  execute function settle_low_alert();
