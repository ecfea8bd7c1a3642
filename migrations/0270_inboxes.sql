-- Mailboxes that are read by IMAP: where they are, what becomes of their mail, and how far each has been read.

create table support_inboxes (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  -- What people write to, in small letters.
  address text not null,
  -- What comes there becomes a ticket of this queue.
  queue_id uuid not null,
  host text not null,
  port int not null constraint support_inboxes_port check (port between 1 and 65535),
  security text not null constraint support_inboxes_security check (security in ('tls', 'starttls')),
  username text not null,
  folder text not null,
  -- What is done with a message that was taken in.
  after text not null constraint support_inboxes_after check (after in ('seen', 'move', 'nothing')),
  move_to text constraint support_inboxes_move check ((after = 'move') = (move_to is not null)),
  -- Mail to `support+anything@…` arrives as well: then the address for answers is signed.
  plus boolean not null,
  -- Mail that was there before it was first looked at is taken in, too.
  backlog boolean not null,
  -- When its password was set: the trail tells that, and knows no password.
  password_at timestamptz not null,
  paused_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint support_inboxes_queue_fk foreign key (tenant_id, queue_id) references support_queues (tenant_id, id),
  constraint support_inboxes_address_key unique (tenant_id, address),
  constraint support_inboxes_folder_key unique (tenant_id, host, username, folder)
);
create index support_inboxes_by_queue on support_inboxes (tenant_id, queue_id);
call house.tenant_table('support_inboxes');
call house.audited('support_inboxes');

-- How far it was read, and how it fares. Apart from it, since this changes each minute.
create table support_inbox_states (
  tenant_id uuid not null references tenants,
  inbox_id uuid not null,
  -- Encrypted under SECRET_KEY.
  password_sealed bytea not null,
  -- Numbers of messages hold as long as this is the same (RFC 3501 §2.3.1.1); null: it was never looked at.
  uid_validity bigint,
  -- All up to this one are taken in.
  last_uid bigint not null default 0,
  -- When to look next; null: not until somebody says so.
  next_at timestamptz,
  -- When it was last looked at without a fault, and when something came.
  checked_at timestamptz,
  taken_at timestamptz,
  taken bigint not null default 0,
  failures int not null default 0,
  -- Since when it cannot be read; and what is wrong, with it or with what was to be done in it.
  down_since timestamptz,
  problem text,
  told_at timestamptz,
  primary key (tenant_id, inbox_id),
  constraint support_inbox_states_inbox_fk foreign key (tenant_id, inbox_id) references support_inboxes (tenant_id, id) on delete cascade
);
create index support_inbox_states_due on support_inbox_states (next_at) where next_at is not null;
call house.tenant_table('support_inbox_states');
create policy relay on support_inbox_states for select to people360_relay using (next_at is not null);
grant select (tenant_id, next_at) on support_inbox_states to people360_relay;

alter table inbound_mails
  -- Where its sender wants answers, as far as that is safe.
  add column answer_to text,
  -- Whose it is, whatever they write behind a plus: limits count by this.
  add column sender_key text generated always as (regexp_replace(sender, '\+[^@]*@', '@')) stored,
  -- The mailbox in which it was.
  add column inbox_id uuid,
  add constraint inbound_mails_inbox_fk foreign key (tenant_id, inbox_id) references support_inboxes (tenant_id, id) on delete set null (inbox_id);
create index inbound_mails_by_inbox on inbound_mails (tenant_id, inbox_id) where inbox_id is not null;
create index inbound_mails_by_sender_key on inbound_mails (tenant_id, sender_key, at) where sender_key is not null;
