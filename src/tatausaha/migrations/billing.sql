-- What providers pay for the product. Stripe holds the truth; what stands here is what it said last, and when it was asked.

-- One for each provider that ever spoke with Stripe, or is on trial.
create table billing_account (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  version int not null default 1,
  customer_id text constraint billing_account_customer_key unique check (length(customer_id) between 1 and 255),
  currency text not null default 'idr' check (currency in ('idr', 'usd')),
  -- Who is written on Stripe's invoices.
  name text not null default '',
  email text not null default '',
  npwp text check (npwp ~ '^[0-9]{16}$'),
  address text not null default '',
  trial_ends_at timestamptz not null,
  -- The payment method as Stripe shows it, never more: brand, last four digits, month of expiry.
  method jsonb,
  balance bigint not null default 0,
  -- When the question was asked whose answer stands here; an answer to an older question never takes its place.
  asked_at timestamptz,
  primary key (tenant_id, id),
  constraint billing_account_provider_key unique (tenant_id)
);

-- The provider's subscription, as Stripe told it last. Those that ended stay.
create table subscription (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  stripe_id text not null constraint subscription_stripe_key unique,
  asked_at timestamptz not null,
  status text not null check (status in
    ('incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due', 'canceled', 'unpaid', 'paused')),
  plan text not null,
  currency text not null check (currency in ('idr', 'usd')),
  interval text not null check (interval in ('month', 'year')),
  clients int not null check (clients >= 0),
  employees int not null check (employees >= 0),
  began_at timestamptz not null,
  trial_ends_at timestamptz,
  period_starts_at timestamptz not null,
  period_ends_at timestamptz not null,
  -- When it ends of itself, if it was cancelled for the end of its period.
  ends_at timestamptz,
  ended_at timestamptz,
  -- Since when no payment came that was due; null while all is paid.
  failing_since timestamptz,
  next_attempt_at timestamptz,
  coupon text not null default '',
  -- [{"id": "si_…", "price": "price_…", "meter": "base|client|employee", "quantity": 1, "unit_amount": 100}]
  items jsonb not null default '[]',
  primary key (tenant_id, id)
);
create index subscription_recent on subscription (tenant_id, began_at desc, id);
-- One at a time is alive, whatever two pages asked for in one moment; an incomplete one has not begun to live.
create unique index subscription_alive_key on subscription (tenant_id)
  where status not in ('canceled', 'incomplete', 'incomplete_expired');

create table stripe_invoice (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  stripe_id text not null constraint stripe_invoice_stripe_key unique,
  subscription_id text,
  asked_at timestamptz not null,
  number text not null default '',
  status text not null check (status in ('draft', 'open', 'paid', 'uncollectible', 'void')),
  reason text not null default '',
  currency text not null check (currency in ('idr', 'usd')),
  -- In Stripe's minor units: hundredths of a rupiah or of a dollar.
  subtotal bigint not null,
  tax bigint not null default 0,
  total bigint not null,
  paid bigint not null default 0,
  owed bigint not null default 0,
  period_starts_at timestamptz not null,
  period_ends_at timestamptz not null,
  issued_at timestamptz not null,
  due_at timestamptz,
  paid_at timestamptz,
  attempts int not null default 0,
  next_attempt_at timestamptz,
  page_url text not null default '' check (page_url = '' or page_url ~ '^https?://'),
  pdf_url text not null default '' check (pdf_url = '' or pdf_url ~ '^https?://'),
  -- [{"meter": "base|client|employee|", "price": "price_…", "quantity": 3, "amount": 1, "proration": false, "words": "…",
  --   "from": "…", "to": "…"}]
  lines jsonb not null default '[]',
  primary key (tenant_id, id)
);
create index stripe_invoice_recent on stripe_invoice (tenant_id, issued_at desc, id);

-- What was counted each night and at each change of plan.
create table usage_day (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  counted_on date not null,
  counted_at timestamptz not null default now(),
  clients int not null check (clients >= 0),
  employees int not null check (employees >= 0),
  seats int not null check (seats >= 0),
  primary key (tenant_id, id),
  constraint usage_day_key unique (tenant_id, counted_on)
);

-- What a paid period is billed by; once frozen it stays.
create table usage_period (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  stripe_subscription_id text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  clients int not null check (clients >= 0),
  employees int not null check (employees >= 0),
  most_clients int not null check (most_clients >= 0),
  most_employees int not null check (most_employees >= 0),
  frozen_at timestamptz,
  primary key (tenant_id, id),
  constraint usage_period_key unique (tenant_id, stripe_subscription_id, starts_at),
  check (ends_at > starts_at)
);
create function refuse_frozen_usage() returns trigger language plpgsql as $$
begin
  if old.frozen_at is not null then
    raise exception 'what a period was billed by does not change' using errcode = 'TS001';
  end if;
  return new;
end $$;
create trigger usage_period_update before update on usage_period for each row execute function refuse_frozen_usage();

-- Where what Stripe billed, or holds, is not what we counted.
create table billing_difference (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  -- What differs ("quantity.client", "price.base", "subscription.unknown" …) and at which object of Stripe's.
  kind text not null,
  stripe_id text not null,
  ours text not null,
  theirs text not null,
  seen_at timestamptz not null default now(),
  -- Set when it is gone: by our repair, or because the next look found none.
  settled_at timestamptz,
  repaired boolean not null default false,
  primary key (tenant_id, id)
);
create unique index billing_difference_open_key on billing_difference (tenant_id, kind, stripe_id)
  where settled_at is null;
create index billing_difference_recent on billing_difference (tenant_id, id);

-- What an owner asked Stripe for: the job that asks, and what came of it.
create table billing_request (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  -- 'preview' only looks: what the next invoice will be, or what it would be on another plan.
  kind text not null check (kind in ('checkout', 'change', 'cancel', 'resume', 'portal', 'preview')),
  plan text not null default '',
  interval text not null default '' check (interval in ('', 'month', 'year')),
  currency text not null default '' check (currency in ('', 'idr', 'usd')),
  coupon text not null default '',
  -- What the payment page speaks.
  language text not null default 'id' check (language in ('id', 'en')),
  -- What was counted when it was asked, and is told to Stripe however often its job is tried.
  clients int not null default 0 check (clients >= 0),
  employees int not null default 0 check (employees >= 0),
  -- What the person saw before agreeing, in minor units; null where there was nothing to see.
  shown_amount bigint,
  -- What a preview answered: {"total": 1, "tax": 1, "currency": "idr", "lines": [{"words": "…", "amount": 1}]}, minor units.
  answer jsonb,
  state text not null default 'asked' check (state in ('asked', 'open', 'done', 'failed', 'given_up')),
  stripe_id text not null default '',
  -- Where the person goes on to: the payment page, or the portal.
  url text not null default '' check (url = '' or url ~ '^https?://'),
  url_ends_at timestamptz,
  -- {"msgid": "…", "params": {}, "field": "coupon"}: why it failed, and the form's field that is wrong, if it is one's.
  problem jsonb,
  actor_id uuid,
  actor_name text not null default '',
  primary key (tenant_id, id)
);
create index billing_request_recent on billing_request (tenant_id, id);
-- Two changes at once: the second is told of the first.
create unique index billing_request_alive_key on billing_request (tenant_id)
  where state = 'asked' and kind in ('checkout', 'change', 'cancel', 'resume');

-- What Stripe sent, by its own id, as it came. Stored first and looked at later; whose it is the relay finds out, by the
-- customer, since nothing else in it is believed.
create table stripe_event (
  id text primary key check (length(id) between 1 and 255),
  received_at timestamptz not null default clock_timestamp(),
  kind text not null,
  happened_at timestamptz not null,
  customer_id text,
  body jsonb not null,
  tenant_id uuid references provider (id),
  routed_at timestamptz,
  handled_at timestamptz,
  -- 'followed': the truth was fetched; 'ignored': a kind that says nothing to us, or a customer that is none of ours.
  outcome text check (outcome in ('followed', 'ignored')),
  check (outcome is null or handled_at is not null)
);
create index stripe_event_waiting on stripe_event (received_at) where handled_at is null;
create index stripe_event_unrouted on stripe_event (received_at) where routed_at is null;
create index stripe_event_provider on stripe_event (tenant_id, received_at) where handled_at is null;
-- Nobody is woken by an event: the relay looks each second, and ten thousand notifications would queue at their commits.

-- The history of the subscription is read from the access log; all other lines pay nothing for it.
create index audit_event_billing on audit_event (tenant_id, id)
  where object_kind in ('subscription', 'billing_account', 'payment_method', 'stripe_invoice') and action <> 'saw';
