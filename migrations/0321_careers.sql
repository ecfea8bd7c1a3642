-- The careers site: whether it is open, what it says, and what applicants are promised about their data.

create table career_settings (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  open boolean not null default false,
  -- What stands above the jobs.
  intro text,
  -- What becomes of an application's data, where its location says nothing else.
  notice text,
  retention_days int not null default 180 constraint career_settings_retention check (retention_days between 1 and 3650),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id),
  constraint career_settings_own check (id = tenant_id)
);
call house.tenant_table('career_settings');
call house.audited('career_settings');

-- Where another law holds.
create table career_notices (
  tenant_id uuid not null references tenants,
  id uuid not null,
  location text not null,
  notice text,
  retention_days int not null constraint career_notices_retention check (retention_days between 1 and 3650),
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index career_notices_location_key on career_notices (tenant_id, lower(location));
call house.tenant_table('career_notices');
call house.audited('career_notices');

-- Which edition of the site it is: each change of what it shows is another one, so that nothing that is kept elsewhere is old.
create table career_editions (
  tenant_id uuid not null references tenants,
  number bigint not null default 1,
  primary key (tenant_id)
);
call house.tenant_table('career_editions');

create function house.another_edition() returns trigger language plpgsql set search_path = pg_catalog, public as $$
declare
  t uuid := case when tg_op = 'DELETE' then old.tenant_id else new.tenant_id end;
begin
  insert into public.career_editions (tenant_id) values (t)
  on conflict (tenant_id) do update set number = career_editions.number + 1;
  return null;
end $$;
create trigger edition after insert or update or delete on postings for each row execute function house.another_edition();
create trigger edition after insert or update or delete on posting_questions for each row execute function house.another_edition();
create trigger edition after insert or update or delete on career_settings for each row execute function house.another_edition();
create trigger edition after insert or update or delete on career_notices for each row execute function house.another_edition();
