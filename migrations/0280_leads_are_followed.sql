-- Leads are followed and have files, as customers and contacts are and have.

do $$
declare
  t text;
  others constant text := 'customer_id, contact_id, deal_id, lead_id';
begin
  foreach t in array array['followers', 'record_files'] loop
    execute format('alter table %I add column lead_id uuid, drop constraint %I, drop column record_id cascade', t, t || '_one_record');
    execute format('alter table %I add column record_id uuid not null generated always as (coalesce(%s)) stored, '
      'add constraint %I check (num_nonnulls(%s) = 1), '
      'add constraint %I foreign key (tenant_id, lead_id) references leads (tenant_id, id) on delete cascade',
      t, others || case when t = 'followers' then ', ticket_id' else '' end, t || '_one_record',
      others || case when t = 'followers' then ', ticket_id' else '' end, t || '_lead_fk');
  end loop;
end $$;

alter table followers add primary key (tenant_id, record_id, member_id);
create index followers_by_member on followers (tenant_id, member_id, record_id);
create index record_files_of_record on record_files (tenant_id, record_id, created_at, file_id);
