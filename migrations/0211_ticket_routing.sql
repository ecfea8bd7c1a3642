-- Where new tickets go: rules in order, whose turn it was, and by which rule a ticket went where it is.

create table routing_rules (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  place int not null,
  conditions jsonb not null default '{}',
  -- Queue, priority, and how one of several is chosen.
  outcome jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index routing_rules_name_key on routing_rules (tenant_id, lower(name));
create index routing_rules_in_order on routing_rules (tenant_id, place, id);
call house.tenant_table('routing_rules');
call house.audited('routing_rules');

create table routing_turns (
  tenant_id uuid not null references tenants,
  rule_id uuid not null,
  member_id uuid not null,
  primary key (tenant_id, rule_id),
  constraint routing_turns_rule_fk foreign key (tenant_id, rule_id) references routing_rules (tenant_id, id) on delete cascade
);
call house.tenant_table('routing_turns');

create table ticket_routings (
  tenant_id uuid not null references tenants,
  ticket_id uuid not null,
  at timestamptz not null,
  rule_id uuid not null,
  words text not null,
  primary key (tenant_id, ticket_id),
  constraint ticket_routings_ticket_fk foreign key (tenant_id, ticket_id) references tickets (tenant_id, id) on delete cascade
);
call house.tenant_table('ticket_routings');
