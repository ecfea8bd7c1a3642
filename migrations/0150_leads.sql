-- Leads: who may become a customer, where they came from, what they agreed to, and what came of them.

create table leads (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  email text,
  phone text,
  company text,
  job_title text,
  website text,
  size int constraint leads_size check (size >= 0),
  country text constraint leads_country check (country ~ '^[A-Z]{2}$'),
  source text,
  campaign text,
  utm_source text,
  utm_medium text,
  utm_campaign text,
  utm_term text,
  utm_content text,
  owner_id uuid,
  status text not null default 'new'
    constraint leads_status check (status in ('new', 'working', 'nurture', 'qualified', 'disqualified', 'converted')),
  -- Why they are none.
  reason text,
  -- What they have agreed to, as it was shown to them, and when.
  consent text,
  consent_at timestamptz,
  -- How well they fit, and how much they want it; each from 0 to 100.
  fit int not null default 0 constraint leads_fit check (fit between 0 and 100),
  engagement int not null default 0 constraint leads_engagement check (engagement between 0 and 100),
  score int not null generated always as (fit + engagement) stored,
  converted_at timestamptz,
  -- When they last sent a form.
  captured_at timestamptz,
  custom jsonb,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  name_key text collate "und-x-icu" not null generated always as (lower(name)) stored,
  email_key text generated always as (lower(email)) stored,
  search_text text collate "C" not null generated always as
    (house.search_text(name, email, company, job_title, website, source, campaign)) stored,
  primary key (tenant_id, id),
  constraint leads_owner_fk foreign key (tenant_id, owner_id) references members (tenant_id, id)
);
create index leads_by_created on leads (tenant_id, created_at, id) include (status) where archived_at is null;
create index leads_by_name on leads (tenant_id, name_key, id) where archived_at is null;
create index leads_by_score on leads (tenant_id, score, id) where archived_at is null;
-- CASE rather than COALESCE: see employees.
create index leads_by_company on leads (tenant_id, (case when company is null then '' else lower(company) end), id) where archived_at is null;
create index leads_by_status on leads (tenant_id, status, created_at, id) where archived_at is null;
create index leads_by_owner on leads (tenant_id, owner_id, created_at, id) where archived_at is null;
create index leads_by_email on leads (tenant_id, email_key, created_at, id) where email is not null;
create index leads_archived on leads (tenant_id, created_at, id) where archived_at is not null;
call house.tenant_table('leads');
-- What a lead scores is written by a trigger and tells no change of anybody's.
create trigger audit after insert or update or delete on leads for each row
  when (pg_trigger_depth() = 0) execute function house.audit();

-- A reason stands with those who are none, and what was converted stays so until that is undone, whoever changes it.
create function house.keep_lead() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if tg_op = 'UPDATE' and new.converted_at is not null then
    new.status := 'converted';
  end if;
  if new.status <> 'disqualified' then
    new.reason := null;
  end if;
  return new;
end $$;
create trigger keep before insert or update on leads for each row execute function house.keep_lead();

create function house.index_leads() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if tg_op = 'DELETE' then
    delete from public.search_documents d using old_rows o
    where d.tenant_id = o.tenant_id and d.kind = 'lead' and d.record_id = o.id;
  else
    insert into public.search_documents (tenant_id, kind, record_id, body)
    select n.tenant_id, 'lead', n.id, n.search_text from new_rows n
    on conflict (tenant_id, kind, record_id) do update set body = excluded.body where search_documents.body <> excluded.body;
  end if;
  return null;
end $$;
create trigger search_in after insert on leads referencing new table as new_rows
  for each statement execute function house.index_leads();
create trigger search_change after update on leads referencing new table as new_rows
  for each statement execute function house.index_leads();
create trigger search_out after delete on leads referencing old table as old_rows
  for each statement execute function house.index_leads();
