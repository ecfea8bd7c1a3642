-- Equipment: what there is, who has it, and who had it before.

create table assets (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  kind text not null,
  tag text not null,
  serial text,
  bought_on date,
  value_minor bigint check (value_minor >= 0),
  value_currency text,
  condition text not null check (condition in ('new', 'good', 'worn', 'damaged')),
  -- Where it is while nobody has it; what somebody has is told by who that is.
  status text not null check (status in ('in_stock', 'in_repair', 'retired', 'lost')),
  note text,
  holder_id uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- What a search looks through.
  search_text text collate "C" not null generated always as (house.search_text(name, kind, tag, serial)) stored,
  primary key (tenant_id, id),
  constraint assets_tag_key unique (tenant_id, tag),
  constraint assets_value_whole check ((value_minor is null) = (value_currency is null)),
  constraint assets_holder_fk foreign key (tenant_id, holder_id) references employees (tenant_id, id) on delete set null (holder_id)
);
create index assets_by_tag on assets (tenant_id, lower(tag), id);
create index assets_by_name on assets (tenant_id, lower(name), id);
create index assets_by_kind on assets (tenant_id, lower(kind), id);
create index assets_by_holder on assets (tenant_id, holder_id) where holder_id is not null;
call house.tenant_table('assets');
call house.audited('assets');

-- Somebody having it. A row is written twice: when it goes out, and when it comes back. Then it is history.
create table asset_loans (
  tenant_id uuid not null references tenants,
  id uuid not null,
  asset_id uuid not null,
  employee_id uuid not null,
  from_on date not null,
  given_condition text not null check (given_condition in ('new', 'good', 'worn', 'damaged')),
  given_by uuid,
  note text,
  confirmed_at timestamptz,
  returned_on date,
  returned_condition text check (returned_condition in ('new', 'good', 'worn', 'damaged')),
  returned_by uuid,
  returned_note text,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint asset_loans_asset_fk foreign key (tenant_id, asset_id) references assets (tenant_id, id) on delete cascade,
  constraint asset_loans_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id) on delete cascade,
  constraint asset_loans_given_by_fk foreign key (tenant_id, given_by) references members (tenant_id, id),
  constraint asset_loans_returned_by_fk foreign key (tenant_id, returned_by) references members (tenant_id, id),
  constraint asset_loans_dates check (returned_on >= from_on),
  constraint asset_loans_returned_whole check ((returned_on is null) = (returned_condition is null))
);
-- One person at a time.
create unique index asset_loans_open on asset_loans (tenant_id, asset_id) where returned_on is null;
create index asset_loans_by_asset on asset_loans (tenant_id, asset_id, from_on);
call house.tenant_table('asset_loans');
call house.audited('asset_loans');

create function house.loan_ended() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  raise exception 'what has come back is history' using errcode = 'check_violation', constraint = 'asset_loans_ended', table = 'asset_loans';
end $$;
create trigger loan_ended before update on asset_loans
  for each row when (old.returned_on is not null) execute function house.loan_ended();
