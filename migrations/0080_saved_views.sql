-- Questions that people ask a list again and again, kept under a name: somebody's own, or everybody's.

create table saved_views (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  noun text not null constraint saved_views_noun check (noun in ('employees', 'customers')),
  name text not null,
  -- The list's question, as its address asks it: filters, columns, order.
  question text not null,
  owner_id uuid not null,
  shared boolean not null default false,
  -- The list opens with it, for whoever has chosen nothing else.
  opens boolean not null default false,
  -- Deleted, for as long as that can be taken back.
  removed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint saved_views_owner_fk foreign key (tenant_id, owner_id) references members (tenant_id, id),
  constraint saved_views_opens_shared check (shared or not opens)
);
create unique index saved_views_name_key on saved_views (tenant_id, noun, owner_id, lower(name)) where removed_at is null;
create unique index saved_views_shared_key on saved_views (tenant_id, noun, lower(name)) where shared and removed_at is null;
create unique index saved_views_opens_key on saved_views (tenant_id, noun) where opens and removed_at is null;
call house.tenant_table('saved_views');
call house.audited('saved_views');
