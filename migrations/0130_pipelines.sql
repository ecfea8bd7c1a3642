-- Pipelines and their stages: the way that deals go, in an order that a workspace chooses.

create table pipelines (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  place int not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index pipelines_name_key on pipelines (tenant_id, lower(name));
call house.tenant_table('pipelines');

create table stages (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  pipeline_id uuid not null,
  name text not null,
  kind text not null constraint stages_kind check (kind in ('open', 'won', 'lost')),
  probability int not null constraint stages_probability check (
    probability between 0 and 100 and (kind <> 'won' or probability = 100) and (kind <> 'lost' or probability = 0)),
  -- What is expected of its deals, unless somebody says otherwise of one.
  category text not null constraint stages_category check (category in ('pipeline', 'best_case', 'commit', 'closed', 'omitted')),
  -- Days after which a deal that stays here is marked.
  rotting_days int constraint stages_rotting check (rotting_days between 1 and 3650),
  -- Fields that a deal has to have to come here.
  required text[] not null default '{}',
  -- More deals than this are shown to be too many.
  wip_limit int constraint stages_wip check (wip_limit between 1 and 100000),
  place int not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint stages_of_pipeline unique (tenant_id, pipeline_id, id),
  constraint stages_pipeline_fk foreign key (tenant_id, pipeline_id) references pipelines (tenant_id, id) on delete cascade
);
create unique index stages_name_key on stages (tenant_id, pipeline_id, lower(name));
call house.tenant_table('stages');

-- Why deals are lost, in the workspace's own words. One out of use stays with the deals that have it.
create table loss_reasons (
  tenant_id uuid not null references tenants,
  id uuid not null,
  name text not null,
  place int not null,
  removed_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index loss_reasons_name_key on loss_reasons (tenant_id, lower(name)) where removed_at is null;
call house.tenant_table('loss_reasons');

-- What a workspace begins with is nobody's change.
create trigger audit after insert or update or delete on pipelines for each row
  when (pg_trigger_depth() = 0) execute function house.audit();
create trigger audit after insert or update or delete on stages for each row
  when (pg_trigger_depth() = 0) execute function house.audit();
create trigger audit after insert or update or delete on loss_reasons for each row
  when (pg_trigger_depth() = 0) execute function house.audit();

-- A new workspace begins with one pipeline. Signing up runs in the identity role, which sees no table of a tenant's.
create policy founder on pipelines for insert to current_user with check (true);
create policy founder on stages for insert to current_user with check (true);
create policy founder on loss_reasons for insert to current_user with check (true);
create function house.found_pipeline(p_tenant uuid, p_at timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  pipeline uuid := gen_random_uuid();
begin
  insert into public.pipelines (tenant_id, id, name, place, created_at, updated_at)
  values (p_tenant, pipeline, 'Sales', 1, p_at, p_at);
  insert into public.stages (tenant_id, id, pipeline_id, name, kind, probability, category, rotting_days, required, place, created_at, updated_at)
  select p_tenant, gen_random_uuid(), pipeline, s.name, s.kind, s.probability, s.category, s.rotting, s.required, s.place, p_at, p_at
  from (values
    ('Qualified', 'open', 20, 'pipeline', 21, '{}'::text[], 1),
    ('Meeting', 'open', 40, 'pipeline', 21, '{}', 2),
    ('Proposal', 'open', 60, 'best_case', 14, '{amount}', 3),
    ('Negotiation', 'open', 80, 'commit', 14, '{amount,close_on}', 4),
    ('Won', 'won', 100, 'closed', null, '{amount}', 5),
    ('Lost', 'lost', 0, 'omitted', null, '{}', 6)
  ) as s (name, kind, probability, category, rotting, required, place);
  insert into public.loss_reasons (tenant_id, id, name, place, created_at)
  select p_tenant, gen_random_uuid(), r.name, r.place, p_at
  from (values ('Price', 1), ('Chose a competitor', 2), ('No budget', 3), ('No decision', 4), ('Missing feature', 5), ('Bad timing', 6))
    as r (name, place);
end $$;
revoke all on function house.found_pipeline from public;
create function house.begin_pipeline() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform house.found_pipeline(new.id, new.created_at);
  return null;
end $$;
revoke all on function house.begin_pipeline from public;
create trigger begin_pipeline after insert on tenants for each row execute function house.begin_pipeline();
select house.found_pipeline(id, created_at) from tenants;
