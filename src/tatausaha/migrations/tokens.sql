-- Tokens of people's own programs, and what those programs were answered.

create table api_token (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  member_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  -- Plain SHA-256 is enough: what it hides is 256 random bits, which nobody can guess however fast they try.
  token_hash bytea not null constraint api_token_hash_key unique,
  prefix text not null,
  scopes text[] not null check (cardinality(scopes) > 0),
  client_ids uuid[] check (cardinality(client_ids) > 0),
  expires_at timestamptz not null check (expires_at <= created_at + interval '367 days'),
  revoked_at timestamptz,
  used_at timestamptz,
  used_from text not null default '',
  primary key (tenant_id, id),
  foreign key (tenant_id, member_id) references member (tenant_id, id)
);
create index api_token_member on api_token (tenant_id, member_id, id);

-- What a changing call was answered, so that the same call sent again changes nothing more.
create table api_answer (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid,
  token_id uuid not null,
  key text not null check (length(key) between 1 and 200),
  fingerprint bytea not null,
  status int not null,
  body jsonb not null,
  primary key (tenant_id, id),
  constraint api_answer_key unique (tenant_id, token_id, key),
  foreign key (tenant_id, token_id) references api_token (tenant_id, id),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);

-- Whoever loses the membership, by whatever way, loses the tokens; a membership that begins again finds none.
create function end_tokens() returns trigger language plpgsql as $$
begin
  update api_token set revoked_at = now() where tenant_id = new.tenant_id and member_id = new.id and revoked_at is null;
  return null;
end $$;
create trigger member_ends_tokens after update of ended_at on member
  for each row when (new.ended_at is distinct from old.ended_at) execute function end_tokens();
