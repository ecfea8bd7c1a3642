-- How those who asked found it: one question after their ticket was solved, and what they answered.

-- Whoever has asked is asked in turn, once a ticket.
alter table support_queues add column surveys boolean not null default false;

create table ticket_ratings (
  tenant_id uuid not null references tenants,
  ticket_id uuid not null,
  asked_at timestamptz not null,
  -- Whose the ticket was then, and where.
  member_id uuid,
  queue_id uuid not null,
  -- From 1, very bad, to 5, very good; null: not answered.
  score int constraint ticket_ratings_score check (score between 1 and 5),
  comment text,
  rated_at timestamptz,
  primary key (tenant_id, ticket_id),
  constraint ticket_ratings_ticket_fk foreign key (tenant_id, ticket_id) references tickets (tenant_id, id) on delete cascade,
  constraint ticket_ratings_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id),
  constraint ticket_ratings_queue_fk foreign key (tenant_id, queue_id) references support_queues (tenant_id, id)
);
create index ticket_ratings_lately on ticket_ratings (tenant_id, asked_at, ticket_id);
create index ticket_ratings_by_member on ticket_ratings (tenant_id, member_id) where member_id is not null;
create index ticket_ratings_by_queue on ticket_ratings (tenant_id, queue_id);
call house.tenant_table('ticket_ratings');
