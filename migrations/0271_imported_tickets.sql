-- Tickets come in by a file, and are known by what they are called where they come from.
alter table tickets add column reference text;
create unique index tickets_reference_key on tickets (tenant_id, lower(reference)) where reference is not null;
alter table imports drop constraint imports_target_check,
  add constraint imports_target_check check (target in ('employees', 'customers', 'employee_jobs', 'employee_pay', 'contacts', 'deals', 'leads', 'products', 'tickets'));
