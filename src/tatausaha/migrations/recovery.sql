-- Ways back in, and what slows down those who guess. Nobody is known yet when these are used: only the gate reads them.

-- Failed tries, by the hash of what was tried, by whom and from where. A key that was proven succeeded once.
create table attempt_delay (
  key bytea primary key,
  failures int not null,
  failed_at timestamptz not null default now(),
  free_at timestamptz not null default now(),
  proven_at timestamptz
);
create index attempt_delay_failed on attempt_delay (failed_at);

-- The failures that time has not forgiven yet, and the wait that so many bring.
create function still_counted(failures int, failed_at timestamptz, forgive interval) returns int language sql volatile
  return greatest(0, failures - floor(extract(epoch from clock_timestamp() - failed_at) / extract(epoch from forgive)))::int;
create function wait_after(failures int, free int, longest interval) returns interval language sql immutable
  return case when failures < free then interval '0'
    else least(longest, interval '1 second' * 2 ^ least(failures - free + 1, 20)) end;

-- One link at a time for an account: a new one takes the place of the old.
create table password_reset (
  account_id uuid primary key references account (id),
  created_at timestamptz not null default now(),
  token_hash bytea not null constraint password_reset_token_key unique,
  expires_at timestamptz not null
);

-- A new address waits until both mailboxes have agreed.
create table email_change (
  account_id uuid primary key references account (id),
  created_at timestamptz not null default now(),
  email text not null check (email = lower(email)),
  old_token_hash bytea not null constraint email_change_old_token_key unique,
  new_token_hash bytea not null constraint email_change_new_token_key unique,
  old_confirmed_at timestamptz,
  new_confirmed_at timestamptz,
  expires_at timestamptz not null
);
