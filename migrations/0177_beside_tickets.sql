-- Tasks, notes, tags, followers, views and fields of tickets.

-- Whichever column is filled says which record it is.
create or replace function house.tell_record() returns trigger language plpgsql set search_path = pg_catalog as $$
declare
  r jsonb := to_jsonb(new);
begin
  new.record_id := coalesce(new.employee_id, new.customer_id, (r ->> 'contact_id')::uuid, (r ->> 'deal_id')::uuid,
    (r ->> 'lead_id')::uuid, (r ->> 'ticket_id')::uuid);
  return new;
end $$;

do $$
declare
  t text;
  others text;
begin
  foreach t in array array['tasks', 'notes', 'record_tags'] loop
    execute format('alter table %I add column ticket_id uuid', t);
    select string_agg(column_name::text, ', ' order by ordinal_position) into others from information_schema.columns
    where table_schema = 'public' and table_name = t
      and column_name in ('employee_id', 'customer_id', 'contact_id', 'deal_id', 'lead_id', 'ticket_id');
    execute format('alter table %I drop constraint %I', t, t || '_one_record');
    execute format('alter table %I add constraint %I check (num_nonnulls(%s) %s 1)', t, t || '_one_record', others,
      case when t = 'tasks' then '<=' else '=' end);
    execute format('alter table %I add constraint %I foreign key (tenant_id, ticket_id) references tickets (tenant_id, id) on delete %s',
      t, t || '_ticket_fk', case when t = 'tasks' then 'set null (ticket_id)' else 'cascade' end);
  end loop;
end $$;

alter table followers add column ticket_id uuid,
  drop constraint followers_one_record,
  drop column record_id cascade;
alter table followers
  add column record_id uuid not null generated always as (coalesce(customer_id, contact_id, deal_id, ticket_id)) stored,
  add constraint followers_one_record check (num_nonnulls(customer_id, contact_id, deal_id, ticket_id) = 1),
  add constraint followers_ticket_fk foreign key (tenant_id, ticket_id) references tickets (tenant_id, id) on delete cascade,
  add primary key (tenant_id, record_id, member_id);
create index followers_by_member on followers (tenant_id, member_id, record_id);

create or replace function house.audit_tag() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  r public.record_tags := case when tg_op = 'DELETE' then old else new end;
  id jsonb := to_jsonb(r.tag_id);
  beside jsonb := to_jsonb(r);
begin
  insert into public.audit_events (tenant_id, at, actor, cause, address, record, record_id, action, changes)
  values (
    r.tenant_id,
    coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp()),
    coalesce(nullif(current_setting('app.actor', true), ''), 'system'),
    nullif(current_setting('app.cause', true), ''),
    nullif(current_setting('app.address', true), ''),
    case
      when r.employee_id is not null then 'employees'
      when r.customer_id is not null then 'customers'
      when beside ->> 'contact_id' is not null then 'contacts'
      when beside ->> 'lead_id' is not null then 'leads'
      when beside ->> 'ticket_id' is not null then 'tickets'
      else 'deals'
    end,
    r.record_id, 'update',
    jsonb_build_object('tag_id', case when tg_op = 'DELETE' then jsonb_build_array(id, null) else jsonb_build_array(null, id) end)
  );
  return null;
end $$;

alter table saved_views drop constraint saved_views_noun,
  add constraint saved_views_noun check (noun in ('employees', 'customers', 'contacts', 'deals', 'leads', 'tickets'));
alter table custom_fields drop constraint custom_fields_noun,
  add constraint custom_fields_noun check (noun in ('employees', 'customers', 'contacts', 'deals', 'leads', 'tickets'));
alter table archivals drop constraint archivals_target_check,
  add constraint archivals_target_check check (target in ('employees', 'customers', 'contacts', 'deals', 'leads', 'tickets'));
alter table exports drop constraint exports_target_check,
  add constraint exports_target_check check (target in ('employees', 'customers', 'contacts', 'deals', 'leads', 'tickets'));
alter table bulk_changes drop constraint bulk_changes_target_check,
  add constraint bulk_changes_target_check check (target in ('employees', 'customers', 'contacts', 'deals', 'leads', 'tickets'));

-- Home tells of tickets, too.
drop index audit_events_lately;
create index audit_events_lately on audit_events (tenant_id, batch, id) include (action)
  where record in ('employees', 'customers', 'contacts', 'deals', 'leads', 'tickets');
