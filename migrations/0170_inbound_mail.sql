-- Mail that comes in: each message as it came and what was done with it, the records that it is filed on, and by which
-- addresses it comes.

-- One row a workspace; without it everything is as it is at the beginning.
create table mail_doors (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  -- Which of its secrets hold: those of another round open nothing.
  url_round int not null default 1,
  drop_round int not null default 1,
  -- Nothing is filed by the secret address.
  closed boolean not null default false,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint mail_doors_one unique (tenant_id)
);
call house.tenant_table('mail_doors');
call house.audited('mail_doors');

create table inbound_mails (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  -- When it came in.
  at timestamptz not null,
  state text not null constraint inbound_mails_state check (state in ('received', 'filed', 'aside', 'ignored', 'failed')),
  why text,
  -- What a server or our reading said.
  note text,
  -- To which address it was brought, where the mail service tells.
  recipient text,
  -- The message as it came; null: larger than what is kept.
  raw_id uuid,
  size bigint not null,
  -- By which twice the same is once.
  message_key text,
  message_id text,
  refs text[] not null default '{}',
  -- The first of its conversation.
  thread_id uuid not null,
  -- Whose address it came from, in small letters.
  sender text,
  -- The member who wrote or passed it on, where it is certain.
  member_id uuid,
  -- A member has passed on what somebody else wrote.
  forwarded boolean not null default false,
  comment text,
  author_name text,
  author_email text,
  -- From, to, cc, with names.
  people jsonb not null default '[]',
  sent_at timestamptz,
  subject text,
  body text,
  -- Quotes and signature.
  folded text,
  html text,
  -- For its member alone.
  private boolean not null default false,
  -- Addresses that nobody here has.
  unknown text[] not null default '{}',
  -- Files that are not kept, and why.
  left_out jsonb not null default '[]',
  primary key (tenant_id, id),
  constraint inbound_mails_raw_fk foreign key (tenant_id, raw_id) references files (tenant_id, id) on delete set null (raw_id),
  constraint inbound_mails_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create unique index inbound_mails_message_key on inbound_mails (tenant_id, message_key) where message_key is not null;
create index inbound_mails_lately on inbound_mails (tenant_id, at, id);
create index inbound_mails_open on inbound_mails (tenant_id, at, id) where state in ('aside', 'failed');
create index inbound_mails_of_member on inbound_mails (tenant_id, member_id, at, id) where member_id is not null;
create index inbound_mails_by_sender on inbound_mails (tenant_id, sender, at) where sender is not null;
create index inbound_mails_by_message on inbound_mails (tenant_id, message_id) where message_id is not null;
create index inbound_mails_by_thread on inbound_mails (tenant_id, thread_id, at, id);
create index inbound_mails_by_raw on inbound_mails (tenant_id, raw_id) where raw_id is not null;
call house.tenant_table('inbound_mails');

-- On whose timelines it stands.
create table mail_records (
  tenant_id uuid not null references tenants,
  mail_id uuid not null,
  contact_id uuid,
  customer_id uuid,
  deal_id uuid,
  lead_id uuid,
  record_id uuid not null generated always as (coalesce(contact_id, customer_id, deal_id, lead_id)) stored,
  at timestamptz not null,
  primary key (tenant_id, mail_id, record_id),
  constraint mail_records_mail_fk foreign key (tenant_id, mail_id) references inbound_mails (tenant_id, id) on delete cascade,
  constraint mail_records_contact_fk foreign key (tenant_id, contact_id) references contacts (tenant_id, id) on delete cascade,
  constraint mail_records_customer_fk foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade,
  constraint mail_records_deal_fk foreign key (tenant_id, deal_id) references deals (tenant_id, id) on delete cascade,
  constraint mail_records_lead_fk foreign key (tenant_id, lead_id) references leads (tenant_id, id) on delete cascade,
  constraint mail_records_one_record check (num_nonnulls(contact_id, customer_id, deal_id, lead_id) = 1)
);
create index mail_records_by_record on mail_records (tenant_id, record_id, at, mail_id);
call house.tenant_table('mail_records');

create table mail_files (
  tenant_id uuid not null references tenants,
  mail_id uuid not null,
  file_id uuid not null,
  -- By which its own text shows a picture.
  content_id text,
  place int not null,
  primary key (tenant_id, mail_id, file_id),
  constraint mail_files_mail_fk foreign key (tenant_id, mail_id) references inbound_mails (tenant_id, id) on delete cascade,
  constraint mail_files_file_fk foreign key (tenant_id, file_id) references files (tenant_id, id) on delete cascade
);
create index mail_files_by_file on mail_files (tenant_id, file_id);
call house.tenant_table('mail_files');

-- The end of a deal's id, which a mail's address carries behind its plus.
create index deals_by_mail_tag on deals (tenant_id, (right(id::text, 12)));
