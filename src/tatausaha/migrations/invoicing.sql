-- What the provider bills its clients: agreed prices, the hours and the finished work behind each line, invoices, and money.

-- The provider as its invoices show it; one row.
create table invoicing_profile (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  version int not null default 1,
  legal_name text not null default '',
  npwp text check (npwp ~ '^[0-9]{16}$'),
  address text not null default '',
  -- Registered for PPN (pengusaha kena pajak); without it an invoice bears none.
  pkp boolean not null default false,
  bank text not null default '',
  bank_account text not null default '',
  bank_holder text not null default '',
  signer text not null default '',
  -- After how many days past the due day a client is reminded.
  reminder_days int[] not null default '{3,10,20}' check (cardinality(reminder_days) <= 6),
  primary key (tenant_id, id),
  constraint invoicing_profile_key unique (tenant_id)
);

-- What a client agreed to pay, from a day on. An agreed list does not change: another one follows it.
create table price_list (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  name text not null check (length(name) between 1 and 200),
  starts_on date not null,
  ends_on date check (ends_on >= starts_on),
  -- The least that a month costs without PPN, whatever was done.
  minimum bigint not null default 0 check (minimum >= 0 and minimum < 10000000000000),
  terms_days int not null default 14 check (terms_days between 0 and 180),
  state text not null default 'draft' check (state in ('draft', 'waiting', 'agreed', 'refused')),
  note text not null default '',
  -- Why a second person did not agree, or why the draft was given up.
  refusal text not null default '',
  -- Who wrote it last, and the second person who agreed.
  actor_id uuid,
  actor_name text not null default '',
  agreed_at timestamptz,
  agreed_name text not null default '',
  primary key (tenant_id, id),
  constraint price_list_client_key unique (tenant_id, client_id, id),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);
create index price_list_recent on price_list (tenant_id, client_id, starts_on desc, id);
create unique index price_list_start_key on price_list (tenant_id, client_id, starts_on) where state = 'agreed';

create table price_line (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  price_list_id uuid not null,
  position int not null,
  -- What is counted; 'retainer' counts months.
  kind text not null,
  label text not null check (length(label) between 1 and 200),
  -- Rupiah for one, without PPN; of hours for sixty minutes.
  price bigint not null check (price >= 0 and price < 10000000000000),
  -- How many of a month the retainer covers; of hours in minutes.
  included bigint not null default 0 check (included >= 0),
  -- [{"above": 100, "price": 4500}]: what each costs beyond so many (those included count). In rising order.
  tiers jsonb not null default '[]',
  -- PPN belongs to the service: 'normal' (12 % of 11/12), 'exempt' (dibebaskan), 'none' (not a taxed service).
  ppn text not null default 'normal' check (ppn in ('normal', 'exempt', 'none')),
  -- Which service it is under PPh 23 (see core/taxes.py); '' when the client withholds nothing.
  pph23 text not null default '',
  primary key (tenant_id, id),
  constraint price_line_client_key unique (tenant_id, client_id, id),
  constraint price_line_position_key unique (tenant_id, price_list_id, position),
  foreign key (tenant_id, client_id, price_list_id) references price_list (tenant_id, client_id, id)
);

-- What was agreed does not change: of an agreed list nothing but its last day, of its lines nothing. A client has one list a day.
create function refuse_agreed_prices() returns trigger language plpgsql as $$
begin
  if old.state = 'agreed' and (new.state, new.client_id, new.name, new.starts_on, new.minimum, new.terms_days, new.note)
    is distinct from (old.state, old.client_id, old.name, old.starts_on, old.minimum, old.terms_days, old.note)
  then
    raise exception 'an agreed list of prices does not change, another one follows it' using errcode = 'TS001';
  end if;
  if new.state = 'agreed' and exists (select from price_list l where l.tenant_id = new.tenant_id
    and l.client_id = new.client_id and l.id <> new.id and l.state = 'agreed'
    and l.starts_on <= coalesce(new.ends_on, 'infinity') and new.starts_on <= coalesce(l.ends_on, 'infinity'))
  then
    raise exception 'a client has one agreed list of prices on a day' using errcode = 'TS001';
  end if;
  return new;
end $$;
create trigger price_list_change before insert or update on price_list for each row execute function refuse_agreed_prices();
create function refuse_agreed_lines() returns trigger language plpgsql as $$
begin
  if exists (select from changed c join price_list l on l.tenant_id = c.tenant_id and l.id = c.price_list_id
    where l.state = 'agreed')
  then
    raise exception 'the lines of an agreed list of prices do not change' using errcode = 'TS001';
  end if;
  return null;
end $$;
create trigger price_line_insert after insert on price_line referencing new table as changed
  for each statement execute function refuse_agreed_lines();
create trigger price_line_update after update on price_line referencing old table as changed
  for each statement execute function refuse_agreed_lines();
create trigger price_line_delete after delete on price_line referencing old table as changed
  for each statement execute function refuse_agreed_lines();

-- Hours that people worked for a client.
create table work_time (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  member_id uuid not null,
  member_name text not null,
  worked_on date not null,
  minutes int not null check (minutes between 1 and 1440),
  task text not null check (length(task) between 1 and 200),
  note text not null default '',
  billable boolean not null default true,
  -- Stands behind an invoice's line, or was waived: then it stays as it is. Kept by billed_item alone.
  billed boolean not null default false,
  primary key (tenant_id, id),
  constraint work_time_client_key unique (tenant_id, client_id, id),
  foreign key (tenant_id, client_id) references client (tenant_id, id),
  foreign key (tenant_id, member_id) references member (tenant_id, id)
);
create index work_time_client on work_time (tenant_id, client_id, worked_on, id);
create index work_time_member on work_time (tenant_id, member_id, worked_on, id);
create index work_time_day on work_time (tenant_id, worked_on, id);

-- What an hour of a person costs the provider, from a day on.
create table member_cost (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  member_id uuid not null,
  starts_on date not null,
  hourly bigint not null check (hourly >= 0 and hourly < 1000000000),
  primary key (tenant_id, id),
  constraint member_cost_key unique (tenant_id, member_id, starts_on),
  foreign key (tenant_id, member_id) references member (tenant_id, id)
);

create table client_invoice (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  -- The month whose work it bills.
  period date not null check (extract(day from period) = 1),
  price_list_id uuid not null,
  state text not null default 'draft' check (state in ('draft', 'waiting', 'approved', 'paid', 'void')),
  -- Given when a second person approves it: the provider's own series, without gaps.
  number text,
  issued_on date,
  due_on date,
  -- Whole rupiah: the sum of lines (with what fills up to the minimum), its PPN, both together, and of it the PPh 23
  -- that the client is expected to withhold.
  subtotal bigint not null default 0 check (subtotal >= 0),
  ppn bigint not null default 0 check (ppn >= 0),
  total bigint not null default 0,
  pph23 bigint not null default 0 check (pph23 >= 0),
  -- What came as money, and what came as slips of withheld tax.
  paid bigint not null default 0 check (paid >= 0),
  withheld bigint not null default 0 check (withheld >= 0),
  note text not null default '',
  -- The provider as it was when the invoice was issued.
  issuer jsonb not null default '{}',
  counted_at timestamptz not null default now(),
  document_id uuid,
  sent_at timestamptz,
  -- Addresses with commas; before it is sent those that a person named, none for the client's approvers.
  sent_to text not null default '',
  -- How often it was sent on purpose, and the first e-mail of the last time.
  sendings int not null default 0,
  mail_id uuid,
  -- How many reminders left, and the day of the last.
  reminders int not null default 0,
  reminded_on date,
  -- Why the client is not reminded of this one, as a person said.
  hold_reason text not null default '',
  void_reason text not null default '',
  actor_id uuid,
  actor_name text not null default '',
  approved_name text not null default '',
  primary key (tenant_id, id),
  constraint client_invoice_client_key unique (tenant_id, client_id, id),
  constraint client_invoice_number_key unique (tenant_id, number),
  foreign key (tenant_id, client_id) references client (tenant_id, id),
  foreign key (tenant_id, client_id, price_list_id) references price_list (tenant_id, client_id, id),
  check (total = subtotal + ppn),
  check (paid + withheld <= total),
  check ((number is null) = (state in ('draft', 'waiting')) or (state = 'void' and number is null)),
  check ((number is null) = (issued_on is null)),
  check (state <> 'paid' or paid + withheld = total)
);
-- A month is billed once.
create unique index client_invoice_month_key on client_invoice (tenant_id, client_id, period) where state <> 'void';
create index client_invoice_recent on client_invoice (tenant_id, period desc, id);
create index client_invoice_client_recent on client_invoice (tenant_id, client_id, period desc, id);
create index client_invoice_open on client_invoice (tenant_id, due_on, id) where state = 'approved';

create table client_invoice_line (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  invoice_id uuid not null,
  position int not null,
  -- None for what fills up to the minimum.
  price_line_id uuid,
  kind text not null,
  label text not null,
  -- Of hours in minutes.
  quantity bigint not null check (quantity >= 0),
  included bigint not null default 0,
  amount bigint not null check (amount >= 0),
  -- [{"quantity": 20, "price": 5000, "amount": 100000}]: how the amount came about.
  steps jsonb not null default '[]',
  ppn_kind text not null check (ppn_kind in ('normal', 'exempt', 'none')),
  ppn bigint not null default 0 check (ppn >= 0),
  pph23_service text not null default '',
  primary key (tenant_id, id),
  constraint client_invoice_line_client_key unique (tenant_id, client_id, id),
  constraint client_invoice_line_position_key unique (tenant_id, invoice_id, position),
  foreign key (tenant_id, client_id, invoice_id) references client_invoice (tenant_id, client_id, id) on delete cascade,
  foreign key (tenant_id, client_id, price_line_id) references price_line (tenant_id, client_id, id)
);

-- A finished piece of work that stands behind a line, or that was waived for a reason; never twice.
create table billed_item (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  kind text not null,
  item_id uuid not null,
  label text not null,
  link text not null default '',
  finished_on date not null,
  quantity bigint not null default 1 check (quantity > 0),
  invoice_id uuid,
  line_id uuid,
  waived_reason text not null default '',
  waived_name text not null default '',
  primary key (tenant_id, id),
  constraint billed_item_key unique (tenant_id, kind, item_id),
  foreign key (tenant_id, client_id) references client (tenant_id, id),
  foreign key (tenant_id, client_id, invoice_id) references client_invoice (tenant_id, client_id, id) on delete cascade,
  foreign key (tenant_id, client_id, line_id) references client_invoice_line (tenant_id, client_id, id) on delete cascade,
  check ((waived_reason <> '') = (line_id is null)),
  check ((line_id is null) = (invoice_id is null))
);
create index billed_item_line on billed_item (tenant_id, line_id, finished_on, id) where line_id is not null;
create index billed_item_finished on billed_item (tenant_id, client_id, finished_on, id);

-- An hour that is billed or waived may not change any more, and who worked it cannot see a draft's items: so the hour itself
-- says it. One that was changed between being counted and being billed is counted again.
create function settle_billed_hour() returns trigger language plpgsql as $$
begin
  update work_time set billed = true
    where tenant_id = new.tenant_id and id = new.item_id and client_id = new.client_id and worked_on = new.finished_on
    and minutes = new.quantity and billable and not billed;
  if not found then
    raise exception 'an hour changed while it was billed' using errcode = 'serialization_failure';
  end if;
  return null;
end $$;
create trigger billed_hour after insert on billed_item for each row when (new.kind = 'hour')
  execute function settle_billed_hour();
-- A cascade runs as the tables' owner, who sees no hours: so each of the three that may be deleted frees them itself.
create function free_billed_hours() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'billed_item' then
    update work_time set billed = false where tenant_id = old.tenant_id and id = old.item_id;
  elsif tg_table_name = 'client_invoice_line' then
    update work_time w set billed = false from billed_item b
      where b.tenant_id = old.tenant_id and b.line_id = old.id and w.tenant_id = b.tenant_id and w.id = b.item_id;
  else
    update work_time w set billed = false from client_invoice_line l, billed_item b
      where l.tenant_id = old.tenant_id and l.invoice_id = old.id and l.kind = 'hour'
      and b.tenant_id = l.tenant_id and b.line_id = l.id and w.tenant_id = b.tenant_id and w.id = b.item_id;
  end if;
  return old;
end $$;
create trigger free_hour before delete on billed_item for each row when (old.kind = 'hour')
  execute function free_billed_hours();
create trigger free_hours_of_line before delete on client_invoice_line for each row when (old.kind = 'hour')
  execute function free_billed_hours();
create trigger free_hours_of_invoice before delete on client_invoice for each row execute function free_billed_hours();

-- An approved invoice's figures, lines and items never change; that it is sent, paid or void is written beside them. When it
-- is void, its items are given back, so that the work can be billed by another.
create function refuse_issued_figures() returns trigger language plpgsql as $$
begin
  if old.number is not null and (
    row(new.client_id, new.period, new.price_list_id, new.number, new.issued_on, new.due_on, new.subtotal, new.ppn,
      new.total, new.pph23, new.note, new.issuer, new.approved_name)
    is distinct from row(old.client_id, old.period, old.price_list_id, old.number, old.issued_on, old.due_on, old.subtotal,
      old.ppn, old.total, old.pph23, old.note, old.issuer, old.approved_name)
    or new.state in ('draft', 'waiting') or (old.state = 'void' and new.state <> 'void'))
  then
    raise exception 'the figures of an issued invoice do not change' using errcode = 'TS001';
  end if;
  return new;
end $$;
create trigger client_invoice_update before update on client_invoice for each row execute function refuse_issued_figures();
create function refuse_issued_deletion() returns trigger language plpgsql as $$
begin
  if old.number is not null then
    raise exception 'an issued invoice is void at most, and never deleted' using errcode = 'TS001';
  end if;
  return old;
end $$;
create trigger client_invoice_delete before delete on client_invoice for each row execute function refuse_issued_deletion();
create function refuse_issued_lines() returns trigger language plpgsql as $$
begin
  if exists (select from changed c join client_invoice i on i.tenant_id = c.tenant_id and i.id = c.invoice_id
    where i.number is not null and not (tg_table_name = 'billed_item' and tg_op = 'DELETE' and i.state = 'void'))
  then
    raise exception 'the lines of an issued invoice do not change' using errcode = 'TS001';
  end if;
  return null;
end $$;
create trigger client_invoice_line_insert after insert on client_invoice_line referencing new table as changed
  for each statement execute function refuse_issued_lines();
create trigger client_invoice_line_update after update on client_invoice_line referencing old table as changed
  for each statement execute function refuse_issued_lines();
create trigger client_invoice_line_delete after delete on client_invoice_line referencing old table as changed
  for each statement execute function refuse_issued_lines();
create trigger billed_item_insert after insert on billed_item referencing new table as changed
  for each statement execute function refuse_issued_lines();
create trigger billed_item_update after update on billed_item referencing old table as changed
  for each statement execute function refuse_issued_lines();
create trigger billed_item_delete after delete on billed_item referencing old table as changed
  for each statement execute function refuse_issued_lines();

-- Money that came for an invoice, and slips of PPh 23 (bukti potong) that stand for the rest. One entered wrongly is voided.
create table client_payment (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  invoice_id uuid not null,
  kind text not null check (kind in ('money', 'pph23')),
  received_on date not null,
  amount bigint not null check (amount > 0 and amount < 10000000000000),
  -- Of money the bank's words, of a slip its number.
  reference text not null default '',
  -- Of a slip, why it says another amount than was expected.
  note text not null default '',
  -- One transfer may pay several invoices: its shares bear one receipt and are counted from 1, also when it is sent twice.
  receipt_id uuid not null default uuidv7(),
  part int not null default 1 check (part > 0),
  voided_at timestamptz,
  void_reason text not null default '' check ((void_reason <> '') = (voided_at is not null)),
  voided_name text not null default '',
  actor_id uuid,
  actor_name text not null default '',
  primary key (tenant_id, id),
  constraint client_payment_client_key unique (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, invoice_id) references client_invoice (tenant_id, client_id, id),
  check (kind = 'money' or reference <> '')
);
create index client_payment_invoice on client_payment (tenant_id, invoice_id, received_on, id);
create unique index client_payment_receipt_key on client_payment (tenant_id, receipt_id, part);
create unique index client_payment_reference_key on client_payment (tenant_id, client_id, kind, reference, part)
  where reference <> '' and voided_at is null;

-- What was written about an invoice: 'remind <invoice> <step or day>'.
create index mail_reminder on mail (tenant_id, once_key collate "C") where template = 'invoice_reminder';

-- The provider numbers its own invoices in one series over all its clients: such a series names no client.
alter table number_pattern alter column client_id drop not null,
  drop constraint number_pattern_key,
  add constraint number_pattern_key unique nulls not distinct (tenant_id, client_id, kind);
alter table number_series alter column client_id drop not null,
  drop constraint number_series_key,
  add constraint number_series_key unique nulls not distinct (tenant_id, client_id, kind, reset, starts_on);
alter table number_taken alter column client_id drop not null,
  drop constraint number_taken_key,
  add constraint number_taken_key unique nulls not distinct (tenant_id, client_id, kind, number);
