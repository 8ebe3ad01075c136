-- The first tables. Every key of a tenant's table leads with tenant_id, and every foreign key carries it, because
-- foreign keys are checked outside row security: a row can thus never point into another provider or client.

create function app_tenant() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.tenant_id', true), '')::uuid;
create function app_clients() returns uuid[] language sql stable parallel safe
  return nullif(current_setting('app.client_ids', true), '')::uuid[];
grant usage on schema public to r_tenant, r_client, r_gate, r_jobs;

-- Providers and the people who may enter -------------------------------------------------------------------------

create table provider (
  id uuid primary key default uuidv7(),
  created_at timestamptz not null default now(),
  name text not null check (length(name) between 1 and 200),
  brand_colour text check (brand_colour ~ '^#[0-9a-f]{6}$'),
  logo_key text
);

create table account (
  id uuid primary key default uuidv7(),
  created_at timestamptz not null default now(),
  email text not null constraint account_email_key unique check (email = lower(email)),
  password_hash text not null,
  language text not null default 'id' check (language in ('id', 'en')),
  theme text not null default 'auto' check (theme in ('auto', 'light', 'dark'))
);

create table client (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  version int not null default 1,
  name text not null check (length(name) between 1 and 200),
  legal_name text not null default '',
  code text not null check (code ~ '^[A-Z0-9]{2,10}$'),
  npwp text check (npwp ~ '^[0-9]{16}$'),
  address text not null default '',
  time_zone text not null default 'Asia/Jakarta' check (time_zone in ('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura')),
  wage_region text not null default '',
  brand_colour text check (brand_colour ~ '^#[0-9a-f]{6}$'),
  logo_key text,
  payslip_language text not null default 'id' check (payslip_language in ('id', 'en')),
  payslip_password text not null default 'none' check (payslip_password in ('none', 'birth_nik')),
  difference_percent int not null default 10 check (difference_percent between 1 and 100),
  archived_at timestamptz,
  primary key (tenant_id, id),
  constraint client_code_key unique (tenant_id, code)
);
create index client_name on client (tenant_id, name, id);

create table pay_policy (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  effective_from date not null,
  proration text not null,
  settings jsonb not null default '{}',
  primary key (tenant_id, id),
  constraint pay_policy_from_key unique (tenant_id, client_id, effective_from),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);

create table member (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  account_id uuid not null references account (id),
  role text not null check (role in ('owner', 'manager', 'worker', 'approver', 'viewer')),
  client_id uuid,
  name text not null,
  email text not null,
  ended_at timestamptz,
  primary key (tenant_id, id),
  constraint member_account_key unique (tenant_id, account_id),
  foreign key (tenant_id, client_id) references client (tenant_id, id),
  check ((role in ('approver', 'viewer')) = (client_id is not null))
);
create index member_account on member (account_id);

create table assignment (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  member_id uuid not null,
  client_id uuid not null,
  barred boolean not null default false,
  primary key (tenant_id, id),
  constraint assignment_member_client_key unique (tenant_id, member_id, client_id),
  foreign key (tenant_id, member_id) references member (tenant_id, id),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);

create table user_session (
  token_hash bytea primary key,
  created_at timestamptz not null default now(),
  account_id uuid not null references account (id),
  tenant_id uuid not null,
  member_id uuid not null,
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  address text not null default '',
  device text not null default '',
  foreign key (tenant_id, member_id) references member (tenant_id, id)
);
create index user_session_account on user_session (account_id);

create table invitation (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  token_hash bytea not null constraint invitation_token_key unique,
  email text not null check (email = lower(email)),
  name text not null,
  role text not null check (role in ('owner', 'manager', 'worker', 'approver', 'viewer')),
  client_id uuid,
  invited_by text not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);
-- One link at a time works for an address, also when two are asked for in one moment.
create unique index invitation_open_key on invitation (tenant_id, email) where accepted_at is null and revoked_at is null;

create table attempt_window (
  key text not null,
  starts_at timestamptz not null,
  attempts int not null default 1,
  primary key (key, starts_at)
);

-- Jobs, mail, files, and who did what ----------------------------------------------------------------------------

create table job (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid,
  parent_id uuid,
  kind text not null,
  queue text not null,
  payload jsonb not null,
  title jsonb not null,
  unit jsonb not null,
  once_key text not null,
  state text not null default 'queued'
    check (state in ('queued', 'sent', 'running', 'waiting', 'done', 'partly', 'failed', 'cancelled')),
  attempt int not null default 0,
  claims int not null default 0,
  max_attempts int not null default 4,
  run_at timestamptz not null default now(),
  sent_at timestamptz,
  claimed_until timestamptz,
  started_at timestamptz,
  done_at timestamptz,
  progress int not null default 0,
  total int not null default 0,
  failures int not null default 0,
  error jsonb,
  link text not null default '',
  actor_id uuid,
  actor_name text not null default '',
  cancel_asked_at timestamptz,
  primary key (tenant_id, id),
  constraint job_once_key unique (tenant_id, kind, once_key),
  foreign key (tenant_id, client_id) references client (tenant_id, id),
  foreign key (tenant_id, parent_id) references job (tenant_id, id)
);
create index job_due on job (run_at) where state = 'queued';
create index job_open on job (state, claimed_until, sent_at) where state in ('sent', 'running');
create index job_children on job (tenant_id, parent_id, state) where parent_id is not null;
create index job_recent on job (tenant_id, id) where parent_id is null;
create index job_id on job (id);

create function job_woke() returns trigger language plpgsql as $$ begin perform pg_notify('job', ''); return null; end $$;
create trigger job_wakes after insert on job for each statement execute function job_woke();

create table mail (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid,
  once_key text not null,
  recipient text not null,
  language text not null,
  template text not null,
  data jsonb not null,
  message_id text not null,
  state text not null default 'queued' check (state in ('queued', 'sending', 'sent', 'refused', 'unconfirmed')),
  sent_at timestamptz,
  answer text not null default '',
  primary key (tenant_id, id),
  constraint mail_once_key unique (tenant_id, once_key),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);

create table document (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  kind text not null,
  subject_id uuid,
  name text not null,
  media_type text not null,
  key text not null,
  size bigint not null check (size >= 0),
  sha256 bytea not null,
  shared boolean not null default false,
  primary key (tenant_id, id),
  constraint document_key_key unique (tenant_id, key),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);
create index document_subject on document (tenant_id, subject_id, kind);

-- Ids are in the order of time, so that the key serves searches by time as well. `count` is the number of records that
-- one page or file showed; `subject_id` is the employee whose data it was. The chain over it is made in log.sql.
create table audit_event (
  tenant_id uuid not null default app_tenant() references provider (id),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default clock_timestamp(),
  client_id uuid,
  actor_id uuid,
  actor_name text not null,
  actor_role text not null,
  address text collate "C" not null default '',
  action text collate "C" not null,
  object_kind text not null,
  object_id uuid,
  subject_id uuid,
  count int not null default 1 check (count >= 0),
  reason text not null default '' check (length(reason) <= 500),
  detail jsonb not null default '{}',
  primary key (tenant_id, id),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);
create index audit_event_client on audit_event (tenant_id, client_id, id);
create index audit_event_actor on audit_event (tenant_id, actor_id, id);
create index audit_event_subject on audit_event (tenant_id, subject_id, id) where subject_id is not null;
-- What is common is soon found without an index, which every page that is looked at would have to pay for.
create index audit_event_action on audit_event (tenant_id, action, id) where action <> 'saw' and action <> 'searched';
create index audit_event_address on audit_event (tenant_id, address, id);

create table import_file (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  kind text not null,
  subject_id uuid,
  name text not null,
  key text not null,
  sha256 bytea not null,
  mapping jsonb not null default '{}',
  state text not null default 'uploaded'
    check (state in ('uploaded', 'checking', 'checked', 'importing', 'done', 'failed')),
  row_count int not null default 0,
  created int not null default 0,
  changed int not null default 0,
  unchanged int not null default 0,
  rejected int not null default 0,
  preview jsonb not null default '{}',
  problem jsonb,
  actor_id uuid not null,
  actor_name text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);
create index import_file_recent on import_file (tenant_id, client_id, kind, id);
-- The very same file is imported once, also when it is sent twice in one moment.
create unique index import_file_same_key on import_file (tenant_id, client_id, kind, subject_id, sha256)
  nulls not distinct where state <> 'failed';

-- People -----------------------------------------------------------------------------------------------------------

create table employee (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  number text not null check (length(number) between 1 and 40),
  name text not null check (length(name) between 1 and 200),
  -- Sealed (see core/sealed.py); an index tells equal from unequal and nothing else.
  nik bytea,
  nik_index bytea check (length(nik_index) = 18),
  npwp bytea,
  email text not null default '',
  phone text not null default '',
  gender text not null default '' check (gender in ('', 'female', 'male')),
  born_on date,
  address text not null default '',
  department text not null default '',
  position text not null default '',
  ptkp text not null check (ptkp in ('TK/0', 'TK/1', 'TK/2', 'TK/3', 'K/0', 'K/1', 'K/2', 'K/3')),
  tax_method text not null default 'gross' check (tax_method in ('gross', 'gross_up', 'net')),
  joined_on date not null,
  ended_on date check (ended_on >= joined_on),
  end_reason text not null default '',
  restricted_at timestamptz,
  restricted_reason text not null default '',
  tax_annualised boolean not null default false,
  bpjs_kesehatan boolean not null default true,
  bpjs_jht boolean not null default true,
  bpjs_jp boolean not null default true,
  bpjs_jkm boolean not null default true,
  jkk_class text check (jkk_class in ('I', 'II', 'III', 'IV', 'V')),
  bpjs_kesehatan_number bytea,
  bpjs_tk_number bytea,
  bpjs_wage bigint check (bpjs_wage >= 0 and bpjs_wage < 10000000000000),
  bank text not null default '',
  bank_account bytea,
  bank_account_index bytea check (length(bank_account_index) = 18),
  bank_holder text not null default '',
  name_norm text collate "C" not null generated always as (lower(name)) stored,
  word2 text collate "C" not null generated always as (split_part(lower(name), ' ', 2)) stored,
  word3 text collate "C" not null generated always as (split_part(lower(name), ' ', 3)) stored,
  primary key (tenant_id, id),
  check ((nik is null) = (nik_index is null)),
  check ((bank_account is null) = (bank_account_index is null)),
  -- What is sealed begins with its format; digits in plain do not.
  constraint employee_sealed check (substr(nik, 1, 1) = '\x01' and substr(npwp, 1, 1) = '\x01'
    and substr(bank_account, 1, 1) = '\x01' and substr(bpjs_kesehatan_number, 1, 1) = '\x01'
    and substr(bpjs_tk_number, 1, 1) = '\x01'),
  constraint employee_client_key unique (tenant_id, client_id, id),
  constraint employee_number_key unique (tenant_id, client_id, number),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);
create unique index employee_nik_key on employee (tenant_id, client_id, nik_index) where nik_index is not null;
create index employee_bank_account on employee (tenant_id, client_id, bank_account_index)
  where bank_account_index is not null;
create index employee_name on employee (tenant_id, name_norm, id);
create index employee_client_name on employee (tenant_id, client_id, name_norm, id);
create index employee_word2 on employee (tenant_id, word2, word3);
create index employee_word3 on employee (tenant_id, word3);
create index employee_joined on employee (tenant_id, joined_on, id);
create index employee_client_joined on employee (tenant_id, client_id, joined_on, id);
create index employee_department on employee (tenant_id, client_id, department, name_norm, id);
create index employee_ended on employee (tenant_id, name_norm, id) where ended_on is not null;
-- Behind the wall the planner does not know which provider asks and takes each for an average one, which costs the large
-- ones their indexes where small ones are many: it plans for a large one instead.
alter table employee alter column tenant_id set (n_distinct = 5);

create table contract (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  employee_id uuid not null,
  kind text not null check (kind in ('permanent', 'fixed_term')),
  number text not null default '',
  starts_on date not null,
  ends_on date check (ends_on >= starts_on),
  position text not null default '',
  primary key (tenant_id, id),
  constraint contract_start_key unique (tenant_id, employee_id, starts_on),
  foreign key (tenant_id, client_id, employee_id) references employee (tenant_id, client_id, id),
  check (kind = 'permanent' or ends_on is not null)
);
create index contract_ending on contract (tenant_id, ends_on, employee_id) where ends_on is not null;

create table pay_component (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  employee_id uuid not null,
  code text not null,
  name text not null default '',
  amount bigint not null check (amount >= 0 and amount < 10000000000000),
  starts_on date not null,
  ends_on date check (ends_on >= starts_on),
  primary key (tenant_id, id),
  constraint pay_component_start_key unique (tenant_id, employee_id, code, name, starts_on),
  foreign key (tenant_id, client_id, employee_id) references employee (tenant_id, client_id, id)
);

create table tax_opening (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  employee_id uuid not null,
  year int not null check (year between 2000 and 2200),
  kind text not null check (kind in ('previous_employer', 'take_on')),
  months int not null default 0 check (months between 0 and 12),
  gross bigint not null default 0 check (gross >= 0 and gross < 10000000000000),
  deductible bigint not null default 0 check (deductible >= 0 and deductible < 10000000000000),
  net bigint not null default 0 check (net >= 0 and net < 10000000000000),
  withheld bigint not null default 0 check (withheld > -10000000000000 and withheld < 10000000000000),
  primary key (tenant_id, id),
  constraint tax_opening_year_key unique (tenant_id, employee_id, year, kind),
  foreign key (tenant_id, client_id, employee_id) references employee (tenant_id, client_id, id)
);

-- Payroll ------------------------------------------------------------------------------------------------------------

create table pay_run (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  period date not null check (extract(day from period) = 1),
  kind text not null default 'regular' check (kind in ('regular', 'correction')),
  corrects_id uuid,
  employee_id uuid,
  state text not null default 'draft'
    check (state in ('draft', 'calculating', 'calculated', 'reviewed', 'approved', 'published', 'closed')),
  revision int not null default 0,
  job_id uuid,
  figures_hash text not null default '',
  approved_hash text not null default '',
  slip_count int not null default 0,
  problem_count int not null default 0,
  totals jsonb not null default '{}',
  primary key (tenant_id, id),
  constraint pay_run_client_key unique (tenant_id, client_id, id),
  foreign key (tenant_id, client_id) references client (tenant_id, id),
  foreign key (tenant_id, client_id, corrects_id) references pay_run (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, employee_id) references employee (tenant_id, client_id, id),
  check ((kind = 'correction') = (corrects_id is not null and employee_id is not null))
);
create unique index pay_run_month_key on pay_run (tenant_id, client_id, period) where kind = 'regular';
create index pay_run_period on pay_run (tenant_id, period, id);
create index pay_run_client_period on pay_run (tenant_id, client_id, period, id);

create table pay_step (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  run_id uuid not null,
  action text not null,
  revision int not null,
  figures_hash text not null default '',
  comment text not null default '',
  actor_id uuid,
  actor_name text not null,
  actor_role text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, client_id, run_id) references pay_run (tenant_id, client_id, id)
);
create index pay_step_run on pay_step (tenant_id, run_id, id);

create table pay_input (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  run_id uuid not null,
  employee_id uuid not null,
  code text not null,
  name text not null default '',
  amount bigint not null default 0 check (amount >= 0 and amount < 10000000000000),
  days int not null default 0 check (days between 0 and 31),
  primary key (tenant_id, id),
  constraint pay_input_code_key unique (tenant_id, run_id, employee_id, code, name),
  foreign key (tenant_id, client_id, run_id) references pay_run (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, employee_id) references employee (tenant_id, client_id, id)
);

create table slip (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  run_id uuid not null,
  employee_id uuid not null,
  period date not null,
  version smallint not null default 1,
  superseded boolean not null default false,
  employee_number text not null,
  employee_name text collate "C" not null,
  department text not null,
  position text not null,
  ptkp text not null,
  tax_method text not null,
  bank text not null,
  -- A copy of the person's sealed account. The index stays when the copy is sealed anew, and is what the hash covers.
  bank_account bytea,
  bank_account_index bytea,
  ter_category text not null default '',
  ter_rate int,
  bpjs_wage bigint not null,
  cash_gross bigint not null,
  taxable_gross bigint not null,
  employee_bpjs bigint not null,
  employer_bpjs bigint not null,
  deductible bigint not null,
  irregular bigint not null,
  pph21 bigint not null,
  pph21_borne bigint not null,
  net_pay bigint not null check (net_pay >= 0 and net_pay < 10000000000000),
  employer_cost bigint not null,
  lines jsonb not null,
  detail jsonb not null,
  primary key (tenant_id, id),
  check ((bank_account is null) = (bank_account_index is null)),
  constraint slip_sealed check (substr(bank_account, 1, 1) = '\x01'),
  constraint slip_employee_key unique (tenant_id, run_id, employee_id),
  foreign key (tenant_id, client_id, run_id) references pay_run (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, employee_id) references employee (tenant_id, client_id, id)
);
create index slip_period_name on slip (tenant_id, period desc, employee_name, id);
create index slip_superseded on slip (tenant_id, run_id) where superseded;
create index slip_client_period_name on slip (tenant_id, client_id, period desc, employee_name, id);

create table pay_problem (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  run_id uuid not null,
  employee_id uuid not null,
  employee_name text not null,
  reason jsonb not null,
  primary key (tenant_id, id),
  constraint pay_problem_employee_key unique (tenant_id, run_id, employee_id),
  foreign key (tenant_id, client_id, run_id) references pay_run (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, employee_id) references employee (tenant_id, client_id, id)
);

-- Figures change only while their run is being calculated; afterwards not even our own code can touch them.
-- The one exception is the mark that a later version has taken a slip's place.
create function refuse_settled_figures() returns trigger language plpgsql as $$
declare settled text;
begin
  select min(r.state) into settled from changed c join pay_run r on r.tenant_id = c.tenant_id and r.id = c.run_id
   where r.state not in ('draft', 'calculating');
  if settled is not null then
    raise exception 'the figures of a run that is % do not change', settled using errcode = 'TS001';
  end if;
  return null;
end $$;
create trigger slip_insert after insert on slip referencing new table as changed
  for each statement execute function refuse_settled_figures();
create trigger slip_delete after delete on slip referencing old table as changed
  for each statement execute function refuse_settled_figures();
create trigger pay_input_insert after insert on pay_input referencing new table as changed
  for each statement execute function refuse_settled_figures();
create trigger pay_input_update after update on pay_input referencing new table as changed
  for each statement execute function refuse_settled_figures();
create trigger pay_input_delete after delete on pay_input referencing old table as changed
  for each statement execute function refuse_settled_figures();

-- A slip's account may be sealed anew under a later key, at any time; the account itself may not change. Bytes 2 and 3
-- are the key's number, and as many digits make as many bytes.
create function refuse_another_account() returns trigger language plpgsql as $$
begin
  if old.bank_account is null or new.bank_account is null
    or length(new.bank_account) <> length(old.bank_account)
    or substr(new.bank_account, 1, 1) <> substr(old.bank_account, 1, 1)
    or substr(new.bank_account, 2, 2) <= substr(old.bank_account, 2, 2)
  then
    raise exception 'the account of a slip does not change' using errcode = 'TS001';
  end if;
  return new;
end $$;
create trigger slip_reseal before update of bank_account on slip for each row execute function refuse_another_account();

-- A closed run is final.
create function refuse_closed_run() returns trigger language plpgsql as $$
begin
  if old.state = 'closed' then
    raise exception 'a closed run does not change' using errcode = 'TS001';
  end if;
  return new;
end $$;
create trigger pay_run_update before update on pay_run for each row execute function refuse_closed_run();
