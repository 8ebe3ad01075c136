-- Getting in: sessions only for people who passed every step, what a second step is proven with, and what lies between.

alter table user_session add column confirmed_at timestamptz not null default now();
create index user_session_member on user_session (tenant_id, member_id);

-- Between the password and the session. Never a session by itself: it opens the next step and nothing else.
create table sign_in_step (
  token_hash bytea primary key,
  created_at timestamptz not null default now(),
  account_id uuid not null references account (id),
  tenant_id uuid not null,
  member_id uuid not null,
  need text not null check (need in ('code', 'factor')),
  next text not null default '/',
  tries int not null default 0,
  expires_at timestamptz not null,
  foreign key (tenant_id, member_id) references member (tenant_id, id)
);
create index sign_in_step_member on sign_in_step (tenant_id, member_id);

-- An authenticator app. `last_step` is the span of 30 seconds whose code was accepted last: none is accepted twice.
create table totp (
  account_id uuid primary key references account (id),
  created_at timestamptz not null default now(),
  secret bytea not null,
  last_step bigint not null default 0
);

create table recovery_code (
  account_id uuid not null references account (id),
  code_hash bytea not null,
  salt bytea not null,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  primary key (account_id, code_hash)
);

create table passkey (
  id bytea primary key check (length(id) between 1 and 1023),
  account_id uuid not null references account (id),
  created_at timestamptz not null default now(),
  name text not null check (length(name) between 1 and 60),
  public_key bytea not null,
  sign_count bigint not null default 0,
  used_at timestamptz
);
create index passkey_account on passkey (account_id);

-- A challenge is answered once, and by the account it was made for, if it was made for one.
create table passkey_challenge (
  challenge_hash bytea primary key,
  account_id uuid references account (id),
  purpose text not null check (purpose in ('enter', 'add', 'prove')),
  expires_at timestamptz not null
);

-- Browsers from which a person signed in before, by the hash of a cookie: a letter tells of any other.
create table known_device (
  account_id uuid not null references account (id),
  token_hash bytea not null,
  seen_at timestamptz not null default now(),
  primary key (account_id, token_hash)
);

-- Whoever changes what a member may do ends that member's sessions, in the same transaction.
create function end_sessions_of_member() returns trigger language plpgsql as $$
begin
  delete from user_session where tenant_id = new.tenant_id and member_id = new.id;
  delete from sign_in_step where tenant_id = new.tenant_id and member_id = new.id;
  return null;
end $$;
create trigger member_rights after update of role, client_id, ended_at on member for each row
  when (row(old.role, old.client_id, old.ended_at) is distinct from row(new.role, new.client_id, new.ended_at))
  execute function end_sessions_of_member();
