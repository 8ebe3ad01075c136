-- What a provider may begin: written by billing, asked by every capability. No row means no limits (a house of one's own).

create table entitlement (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  plan text not null default '',
  -- Why it stands as it stands: 'trial', 'paid', 'card' (a payment failed), 'unpaid', 'paused', 'ended'.
  reason text not null check (reason in ('trial', 'paid', 'card', 'unpaid', 'paused', 'ended')),
  -- Everything may be begun until then; null for no end.
  open_until timestamptz,
  -- After `open_until`, what goes on may go on as before until then; later it is read-only.
  grace_until timestamptz,
  -- The most of each thing that is counted: {"client": 10, "employee": 250, "seat": 5}. What is not named has no limit.
  most jsonb not null default '{}',
  -- How many there are: counted each night and by whoever may see all, raised by whoever begins one more.
  used jsonb not null default '{}',
  -- What owners are told on every page: when a failed payment is tried again, and the last day of a card that ends before
  -- the next payment.
  next_attempt_at timestamptz,
  card_ends_on date,
  primary key (tenant_id, id),
  constraint entitlement_provider_key unique (tenant_id),
  check (open_until is not null or grace_until is null),
  check (grace_until >= open_until)
);
