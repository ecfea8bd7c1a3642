-- Mail that becomes tickets: the address of each queue, what came in for it, and whose mail is kept out.

alter table support_queues
  -- Which of its addresses holds: what is sent to one before makes no ticket by itself.
  add column mail_round int not null default 1,
  -- Whoever writes in is told that it arrived.
  add column acknowledges boolean not null default true;

alter table inbound_mails
  -- For which queue it was, and the ticket that it is in.
  add column queue_id uuid,
  add column ticket_id uuid,
  -- Somebody has looked at it and let it in.
  add column admitted boolean not null default false,
  add constraint inbound_mails_queue_fk foreign key (tenant_id, queue_id) references support_queues (tenant_id, id) on delete set null (queue_id),
  add constraint inbound_mails_ticket_fk foreign key (tenant_id, ticket_id) references tickets (tenant_id, id) on delete set null (ticket_id);
create index inbound_mails_of_queues on inbound_mails (tenant_id, at, id) where queue_id is not null;
create index inbound_mails_by_queue on inbound_mails (tenant_id, queue_id) where queue_id is not null;
create index inbound_mails_by_ticket on inbound_mails (tenant_id, ticket_id, at) where ticket_id is not null;

-- The message that it came as.
alter table ticket_messages
  add column mail_id uuid,
  add constraint ticket_messages_mail_fk foreign key (tenant_id, mail_id) references inbound_mails (tenant_id, id) on delete set null (mail_id);
create index ticket_messages_by_mail on ticket_messages (tenant_id, mail_id) where mail_id is not null;

-- The end of a ticket's id, which the address for answers carries.
create index tickets_by_mail_tag on tickets (tenant_id, (right(id::text, 12)));

-- Whose mail makes no tickets.
create table blocked_senders (
  tenant_id uuid not null references tenants,
  id uuid not null,
  -- In small letters.
  email text not null,
  by_id uuid,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint blocked_senders_email_key unique (tenant_id, email),
  constraint blocked_senders_by_fk foreign key (tenant_id, by_id) references members (tenant_id, id)
);
create index blocked_senders_by_member on blocked_senders (tenant_id, by_id) where by_id is not null;
call house.tenant_table('blocked_senders');
call house.audited('blocked_senders');
