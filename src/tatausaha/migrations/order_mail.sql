-- Orders by e-mail: what is written, each sending of it, the supplier's link without an account, and its answer.

-- Letters in the name of a client, with files, and what became of them after the server had taken them.
alter table mail
  add column sender_name text not null default '',
  add column reply_to text not null default '',
  add column headers jsonb not null default '{}',
  add column attachments jsonb not null default '[]',
  add column bounced_at timestamptz,
  drop constraint mail_state_check,
  add constraint mail_state_check check (state in ('queued', 'sending', 'sent', 'refused', 'unconfirmed', 'bounced')),
  add constraint mail_client_key unique (tenant_id, client_id, id);
-- A report of a mail server names the letter by its Message-ID alone.
create index mail_message on mail (message_id);

create table order_mail_policy (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  -- Empty: answers go to whoever wrote the order.
  reply_to text not null default '' check (length(reply_to) <= 254),
  link_days int not null default 30 check (link_days between 1 and 365),
  primary key (tenant_id, id),
  constraint order_mail_policy_client_key unique (tenant_id, client_id),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);

create table order_template (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  version int not null default 1,
  language text not null check (language in ('id', 'en')),
  subject text not null check (length(subject) between 1 and 200),
  body text not null check (length(body) between 1 and 5000),
  primary key (tenant_id, id),
  constraint order_template_key unique (tenant_id, client_id, language),
  foreign key (tenant_id, client_id) references client (tenant_id, id)
);

-- One link for each version of an order. What it opens with is reckoned from its id and the house's secret.
create table order_link (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  order_id uuid not null,
  revision int not null check (revision > 0),
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, id),
  constraint order_link_id_key unique (id),
  constraint order_link_client_key unique (tenant_id, client_id, id),
  constraint order_link_revision_key unique (tenant_id, order_id, revision),
  foreign key (tenant_id, client_id, order_id) references purchase_order (tenant_id, client_id, id)
);

-- Each sending of a version that somebody meant: the first by approving, further ones with a reason.
create table order_letter (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  order_id uuid not null,
  revision int not null check (revision > 0),
  sending int not null check (sending > 0),
  reason text not null default '' check ((sending = 1) or reason <> ''),
  actor_id uuid,
  actor_name text not null default '',
  -- The letter itself, once its document is made.
  mail_id uuid,
  primary key (tenant_id, id),
  constraint order_letter_sending_key unique (tenant_id, order_id, revision, sending),
  foreign key (tenant_id, client_id, order_id) references purchase_order (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, mail_id) references mail (tenant_id, client_id, id)
);
create index order_letter_mail on order_letter (tenant_id, mail_id) where mail_id is not null;

-- What the supplier said through the link, once; what it proposes waits for staff.
create table order_answer (
  tenant_id uuid not null default app_tenant(),
  id uuid not null default uuidv7(),
  created_at timestamptz not null default now(),
  client_id uuid not null,
  order_id uuid not null,
  revision int not null check (revision > 0),
  link_id uuid not null,
  kind text not null check (kind in ('confirmed', 'proposed', 'refused')),
  name text not null default '' check (length(name) <= 200),
  comment text not null default '' check (length(comment) <= 2000),
  lines jsonb not null default '[]',
  address text not null default '',
  decision text check (decision in ('accepted', 'declined')),
  decided_at timestamptz,
  decided_name text not null default '',
  primary key (tenant_id, id),
  check (decision is null or kind = 'proposed'),
  check ((decision is null) = (decided_at is null)),
  foreign key (tenant_id, client_id, order_id) references purchase_order (tenant_id, client_id, id),
  foreign key (tenant_id, client_id, link_id) references order_link (tenant_id, client_id, id)
);
-- Answered once; a proposal that was declined leaves the question open.
create unique index order_answer_link_key on order_answer (tenant_id, link_id) where decision is distinct from 'declined';
create index order_answer_order on order_answer (tenant_id, order_id, id);
