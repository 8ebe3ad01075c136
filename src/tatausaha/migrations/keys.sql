-- Keys that seal what must not be read from the database, each wrapped by a master key that is kept elsewhere.

create table data_key (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  use text not null check (use in ('seal', 'index')),
  number int not null check (number between 1 and 65535),
  master text not null,
  wrapped bytea not null,
  seals_from timestamptz not null default now(),
  retired_at timestamptz,
  primary key (tenant_id, id),
  constraint data_key_number_key unique (tenant_id, use, number)
);

-- The same for what belongs to a person and to no provider, as their second factor.
create table house_key (
  id uuid primary key default uuidv7(),
  created_at timestamptz not null default now(),
  use text not null check (use in ('seal', 'index')),
  number int not null check (number between 1 and 65535),
  master text not null,
  wrapped bytea not null,
  seals_from timestamptz not null default now(),
  retired_at timestamptz,
  constraint house_key_number_key unique (use, number)
);
