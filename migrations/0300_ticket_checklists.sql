-- What is to be done for a ticket, point by point.
create table ticket_points (
  tenant_id uuid not null references tenants,
  id uuid not null,
  ticket_id uuid not null,
  place int not null,
  name text not null constraint ticket_points_name check (length(name) between 1 and 200),
  done_at timestamptz,
  done_by uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint ticket_points_place unique (tenant_id, ticket_id, place),
  constraint ticket_points_done check (done_by is null or done_at is not null),
  constraint ticket_points_ticket_fk foreign key (tenant_id, ticket_id) references tickets (tenant_id, id) on delete cascade,
  constraint ticket_points_done_by_fk foreign key (tenant_id, done_by) references members (tenant_id, id)
);
create index ticket_points_done_by on ticket_points (tenant_id, done_by);
call house.tenant_table('ticket_points');
call house.audited('ticket_points');
