-- Who is signed in to a portal: one-time links, and what they open. Apart from members in every way.

create table portal_links (
  tenant_id uuid not null references tenants,
  -- The mail's own.
  id uuid not null,
  contact_id uuid not null,
  -- The address that is proved by it, in small letters.
  email text not null,
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (tenant_id, id),
  constraint portal_links_contact_fk foreign key (tenant_id, contact_id) references contacts (tenant_id, id) on delete cascade
);
create index portal_links_by_contact on portal_links (tenant_id, contact_id);
call house.tenant_table('portal_links');

create table portal_sessions (
  tenant_id uuid not null references tenants,
  id uuid not null,
  contact_id uuid not null,
  email text not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, id),
  constraint portal_sessions_contact_fk foreign key (tenant_id, contact_id) references contacts (tenant_id, id) on delete cascade
);
create index portal_sessions_by_contact on portal_sessions (tenant_id, contact_id, created_at);
call house.tenant_table('portal_sessions');
call house.audited('portal_sessions');
