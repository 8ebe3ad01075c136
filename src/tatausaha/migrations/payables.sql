-- What came from suppliers, what went back, what they bill and what is paid. Quantities are thousandths of the unit named
-- beside them, values whole rupiah; what is open of a bill or a credit note follows from its own columns.

-- How strict a client is: rates are parts per 100,000.
create table payable_policy (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  -- How much dearer a bill's price may be than the order's, and how much more it may count than came.
  price_rate int not null default 1000 check (price_rate between 0 and 100000),
  quantity_rate int not null default 0 check (quantity_rate between 0 and 100000),
  -- How much more than ordered may come in without a second person.
  over_rate int not null default 0 check (over_rate between 0 and 100000),
  -- A bill of the same supplier and amount so many days away may be the same bill.
  near_days int not null default 7 check (near_days between 0 and 60),
  -- A client that is no PKP itself cannot claim PPN: it then is part of what the goods cost.
  claims_ppn boolean not null default true,
  primary key (tenant_id, id),
  constraint payable_policy_client_key unique (tenant_id, client_id),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);

create table goods_receipt (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  order_id uuid not null,
  supplier_id uuid not null,
  place_id uuid not null,
  number text not null,
  -- The supplier's own paper that came with the goods.
  delivery_note text not null default '' check (length(delivery_note) <= 100),
  received_on date not null,
  -- One that brings more than may come waits for a second person before it counts.
  state text not null default 'booked' check (state in ('waiting', 'booked', 'refused')),
  -- What becomes of what did not come: it stays ordered, or the order ends here.
  rest text not null default 'open' check (rest in ('open', 'cancelled')),
  note text not null default '' check (length(note) <= 2000),
  value bigint not null default 0 check (value >= 0),
  once_key text not null,
  actor_id uuid,
  actor_name text not null default '',
  primary key (tenant_id, id),
  constraint goods_receipt_client_key unique (tenant_id, client_id, id),
  constraint goods_receipt_number_key unique (tenant_id, client_id, number),
  constraint goods_receipt_once_key unique (tenant_id, client_id, once_key),
  foreign key (tenant_id, client_id, order_id) references purchase_order (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, supplier_id) references supplier (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, place_id) references place (tenant_id, client_id, id)
);
create index goods_receipt_recent on goods_receipt (tenant_id, client_id, id);
create index goods_receipt_order on goods_receipt (tenant_id, order_id);
create index goods_receipt_supplier on goods_receipt (tenant_id, supplier_id, received_on);

-- Quantities are in the order's unit; `value` is what went into the stock's books.
create table goods_receipt_line (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  receipt_id uuid not null,
  order_line_id uuid not null,
  item_id uuid not null,
  quantity bigint not null check (quantity > 0),
  batch text not null default '' check (length(batch) <= 60),
  expires_on date,
  value bigint not null default 0 check (value >= 0),
  primary key (tenant_id, id),
  constraint goods_receipt_line_client_key unique (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, receipt_id) references goods_receipt (tenant_id, client_id, id),
  -- Another version of the order may drop a line of which nothing came.
  foreign key (tenant_id, client_id, order_line_id) references purchase_order_line (tenant_id, client_id, id) on delete cascade,
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id)
);
create index goods_receipt_line_receipt on goods_receipt_line (tenant_id, receipt_id);
create index goods_receipt_line_order on goods_receipt_line (tenant_id, order_line_id);

-- Goods that go back for credit, or in exchange for others. `cost` is what left the stock's books, `exchanged` the value of
-- what came instead, `expected` the credit that the supplier owes, `credited` what its credit notes gave.
create table supplier_return (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  supplier_id uuid not null,
  place_id uuid not null,
  number text,
  kind text not null default 'credit' check (kind in ('credit', 'exchange')),
  state text not null default 'draft' check (state in ('draft', 'sent', 'credited', 'closed', 'cancelled')),
  why text not null default 'other' check (why in ('expiring', 'slow', 'damaged', 'wrong', 'other')),
  returned_on date not null,
  note text not null default '' check (length(note) <= 2000),
  cost bigint not null default 0 check (cost >= 0),
  exchanged bigint not null default 0 check (exchanged >= 0),
  expected bigint not null default 0 check (expected >= 0),
  credited bigint not null default 0 check (credited >= 0),
  actor_id uuid,
  actor_name text not null default '',
  primary key (tenant_id, id),
  constraint supplier_return_client_key unique (tenant_id, client_id, id),
  constraint supplier_return_number_key unique (tenant_id, client_id, number),
  check ((state in ('draft', 'cancelled')) or number is not null),
  foreign key (tenant_id, client_id, supplier_id) references supplier (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, place_id) references place (tenant_id, client_id, id)
);
create index supplier_return_recent on supplier_return (tenant_id, client_id, id);
create index supplier_return_supplier on supplier_return (tenant_id, supplier_id, returned_on);

-- Quantities are in the item's own unit. What goes out has a lot (or takes the nearest expiry), what comes in names one.
create table supplier_return_line (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  return_id uuid not null,
  way text not null default 'out' check (way in ('out', 'in')),
  item_id uuid not null,
  batch_id uuid,
  batch text not null default '' check (length(batch) <= 60),
  expires_on date,
  order_line_id uuid,
  quantity bigint not null check (quantity > 0),
  -- What the supplier should credit for it, or what it counts as when it comes in.
  price_value bigint not null default 0 check (price_value >= 0),
  cost bigint not null default 0 check (cost >= 0),
  primary key (tenant_id, id),
  constraint supplier_return_line_client_key unique (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, return_id) references supplier_return (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, batch_id) references stock_batch (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, order_line_id) references purchase_order_line (tenant_id, client_id, id)
    on delete set null (order_line_id)
);
create index supplier_return_line_return on supplier_return_line (tenant_id, return_id);

create table credit_note (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  supplier_id uuid not null,
  return_id uuid,
  number text not null check (length(number) between 1 and 100),
  noted_on date not null,
  ppn bigint not null default 0 check (ppn >= 0),
  total bigint not null check (total > 0 and total < 10000000000000),
  used bigint not null default 0 check (used >= 0),
  open bigint not null generated always as (total - used) stored,
  actor_id uuid,
  actor_name text not null default '',
  primary key (tenant_id, id),
  constraint credit_note_client_key unique (tenant_id, client_id, id),
  constraint credit_note_number_key unique (tenant_id, supplier_id, number),
  check (used <= total and ppn <= total),
  foreign key (tenant_id, client_id, supplier_id) references supplier (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, return_id) references supplier_return (tenant_id, client_id, id)
);
create index credit_note_open on credit_note (tenant_id, client_id, supplier_id) where used < total;

-- `total` is what the supplier asks (with PPN); of it PPh 23 is withheld and paid to the state in its name.
create table supplier_bill (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  supplier_id uuid not null,
  order_id uuid,
  number text not null check (length(number) between 1 and 100),
  number_norm text collate "C" not null generated always as (regexp_replace(lower(number), '[^a-z0-9]', '', 'g')) stored,
  billed_on date not null,
  due_on date not null,
  subtotal bigint not null check (subtotal >= 0 and subtotal < 10000000000000),
  ppn bigint not null default 0 check (ppn >= 0),
  pph23 bigint not null default 0 check (pph23 >= 0 and pph23 <= subtotal),
  total bigint not null check (total > 0 and total < 10000000000000),
  paid bigint not null default 0 check (paid >= 0),
  credited bigint not null default 0 check (credited >= 0),
  open bigint not null generated always as (total - pph23 - paid - credited) stored,
  state text not null default 'draft' check (state in ('draft', 'held', 'approved', 'paid', 'void')),
  tax_invoice text not null default '' check (length(tax_invoice) <= 40),
  pph23_slip text not null default '' check (length(pph23_slip) <= 60),
  pph23_slip_on date,
  -- Why it was kept though it looked like one that was there.
  twice_reason text not null default '' check (length(twice_reason) <= 2000),
  note text not null default '' check (length(note) <= 2000),
  once_key text not null,
  actor_id uuid,
  actor_name text not null default '',
  primary key (tenant_id, id),
  constraint supplier_bill_client_key unique (tenant_id, client_id, id),
  constraint supplier_bill_once_key unique (tenant_id, client_id, once_key),
  check (total = subtotal + ppn),
  check (paid + credited <= total - pph23),
  check (state <> 'paid' or paid + credited = total - pph23),
  foreign key (tenant_id, client_id, supplier_id) references supplier (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, order_id) references purchase_order (tenant_id, client_id, id)
);
create unique index supplier_bill_number_key on supplier_bill (tenant_id, supplier_id, number) where state <> 'void';
create index supplier_bill_norm on supplier_bill (tenant_id, supplier_id, number_norm);
create index supplier_bill_amount on supplier_bill (tenant_id, supplier_id, total, billed_on);
create index supplier_bill_recent on supplier_bill (tenant_id, client_id, id);
create index supplier_bill_open on supplier_bill (tenant_id, client_id, due_on, id) where state in ('draft', 'held', 'approved');
create index supplier_bill_order on supplier_bill (tenant_id, order_id) where order_id is not null;

-- Goods of an order in its unit, or something else with words of its own. `pph23_rate` in parts per 100,000.
create table supplier_bill_line (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  bill_id uuid not null,
  order_line_id uuid,
  item_id uuid,
  description text not null default '' check (length(description) <= 200),
  unit text not null default '' check (length(unit) <= 20),
  quantity bigint not null check (quantity > 0),
  price bigint not null check (price >= 0),
  amount bigint not null check (amount >= 0),
  -- Which service it is, where PPh 23 is withheld of it.
  service text not null default '' check (length(service) <= 40),
  pph23_rate int not null default 0 check (pph23_rate between 0 and 100000),
  primary key (tenant_id, id),
  constraint supplier_bill_line_client_key unique (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, bill_id) references supplier_bill (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, order_line_id) references purchase_order_line (tenant_id, client_id, id)
    on delete set null (order_line_id),
  foreign key (tenant_id, client_id, item_id) references item (tenant_id, client_id, id)
);
create index supplier_bill_line_bill on supplier_bill_line (tenant_id, bill_id);
create index supplier_bill_line_order on supplier_bill_line (tenant_id, order_line_id) where order_line_id is not null;

-- Which credit note was set off against which bill.
create table credit_use (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  credit_id uuid not null,
  bill_id uuid not null,
  amount bigint not null check (amount > 0),
  actor_name text not null default '',
  primary key (tenant_id, id),
  foreign key (tenant_id, client_id, credit_id) references credit_note (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, bill_id) references supplier_bill (tenant_id, client_id, id)
);
create index credit_use_bill on credit_use (tenant_id, bill_id);
create index credit_use_credit on credit_use (tenant_id, credit_id);

-- Bills that are to be paid together on a day.
create table supplier_payment (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  number text not null,
  pay_on date not null,
  state text not null default 'waiting' check (state in ('waiting', 'released', 'done', 'cancelled')),
  total bigint not null default 0 check (total >= 0),
  note text not null default '' check (length(note) <= 2000),
  released_at timestamptz,
  filed_at timestamptz,
  actor_id uuid,
  actor_name text not null default '',
  primary key (tenant_id, id),
  constraint supplier_payment_client_key unique (tenant_id, client_id, id),
  constraint supplier_payment_number_key unique (tenant_id, client_id, number),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);
create index supplier_payment_recent on supplier_payment (tenant_id, client_id, id);

-- A bill in it. `account_index` is the supplier's account as it was proposed: one that changed since is not paid into.
create table supplier_payment_line (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  payment_id uuid not null,
  bill_id uuid not null,
  supplier_id uuid not null,
  amount bigint not null check (amount > 0),
  account_index bytea not null,
  state text not null default 'open' check (state in ('open', 'paid', 'failed', 'dropped')),
  paid_on date,
  reference text not null default '' check (length(reference) <= 100),
  failure text not null default '' check (length(failure) <= 500),
  primary key (tenant_id, id),
  constraint supplier_payment_line_client_key unique (tenant_id, client_id, id),
  check ((state = 'paid') = (paid_on is not null)),
  foreign key (tenant_id, client_id, payment_id) references supplier_payment (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, bill_id) references supplier_bill (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, supplier_id) references supplier (tenant_id, client_id, id)
);
-- A bill is on its way to the bank once at a time: whatever fails may be tried again, and nothing is paid twice.
create unique index supplier_payment_line_once_key on supplier_payment_line (tenant_id, bill_id) where state = 'open';
create index supplier_payment_line_payment on supplier_payment_line (tenant_id, payment_id);
create index supplier_payment_line_bill on supplier_payment_line (tenant_id, bill_id);
create index supplier_payment_line_supplier on supplier_payment_line (tenant_id, supplier_id);
