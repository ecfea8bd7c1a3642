-- Policies that people read and confirm: each published version once by each member whom it is for.

create table policies (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  title text not null,
  -- The draft: what the next version will say.
  body text not null,
  audience text not null check (audience in ('everyone', 'department', 'location')),
  -- The name of the department or the location.
  place text,
  -- The number of the version that counts; null: never published.
  published int,
  published_at timestamptz,
  -- Until when it is to be confirmed.
  due_on date,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint policies_place_whole check ((audience = 'everyone') = (place is null))
);
create unique index policies_title_key on policies (tenant_id, lower(title)) where archived_at is null;
call house.tenant_table('policies');
call house.audited('policies');

create table policy_versions (
  tenant_id uuid not null references tenants,
  policy_id uuid not null,
  number int not null,
  title text not null,
  body text not null,
  published_by uuid,
  published_at timestamptz not null,
  primary key (tenant_id, policy_id, number),
  constraint policy_versions_policy_fk foreign key (tenant_id, policy_id) references policies (tenant_id, id) on delete cascade,
  constraint policy_versions_published_by_fk foreign key (tenant_id, published_by) references members (tenant_id, id)
);
call house.tenant_table('policy_versions', 'select, insert');

create table policy_acknowledgements (
  tenant_id uuid not null references tenants,
  id uuid not null,
  policy_id uuid not null,
  number int not null,
  member_id uuid not null,
  -- As they were called then.
  name text not null,
  acknowledged_at timestamptz not null,
  primary key (tenant_id, id),
  constraint policy_acknowledgements_once unique (tenant_id, policy_id, number, member_id),
  constraint policy_acknowledgements_version_fk foreign key (tenant_id, policy_id, number)
    references policy_versions (tenant_id, policy_id, number),
  constraint policy_acknowledgements_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create index policy_acknowledgements_by_member on policy_acknowledgements (tenant_id, member_id, policy_id, number);
call house.tenant_table('policy_acknowledgements', 'select, insert');
call house.audited('policy_acknowledgements');
