-- Tasks: what somebody has to do, perhaps about a record. Workflows hand them out, and people do.

create table tasks (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  title text not null,
  details text,
  due_on date,
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high')),
  assignee_id uuid not null,
  -- Null: the system's own work made it.
  created_by uuid,
  -- The record that it is about, of one kind or of none; each kind has its own column, so that each is a reference.
  employee_id uuid,
  customer_id uuid,
  record_id uuid generated always as (coalesce(employee_id, customer_id)) stored,
  done_at timestamptz,
  done_by uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  search_text text collate "C" not null generated always as (house.search_text(title, details)) stored,
  primary key (tenant_id, id),
  constraint tasks_assignee_fk foreign key (tenant_id, assignee_id) references members (tenant_id, id),
  constraint tasks_created_by_fk foreign key (tenant_id, created_by) references members (tenant_id, id),
  constraint tasks_done_by_fk foreign key (tenant_id, done_by) references members (tenant_id, id),
  constraint tasks_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id)
    on delete set null (employee_id),
  constraint tasks_customer_fk foreign key (tenant_id, customer_id) references customers (tenant_id, id)
    on delete set null (customer_id),
  constraint tasks_one_record check (num_nonnulls(employee_id, customer_id) <= 1),
  constraint tasks_done_whole check (done_by is null or done_at is not null)
);
-- What is open is asked for all day, by whose it is; CASE rather than COALESCE: see employees.
create index tasks_open_by_assignee on tasks
  (tenant_id, assignee_id, (case when due_on is null then 'infinity' else due_on end), id) where done_at is null;
create index tasks_open_by_creator on tasks
  (tenant_id, created_by, (case when due_on is null then 'infinity' else due_on end), id) where done_at is null;
create index tasks_open_by_due on tasks
  (tenant_id, (case when due_on is null then 'infinity' else due_on end), id) where done_at is null;
create index tasks_done_by_assignee on tasks (tenant_id, assignee_id, done_at) where done_at is not null;
create index tasks_by_record on tasks (tenant_id, record_id) where record_id is not null;
call house.tenant_table('tasks');
call house.audited('tasks');

create function house.index_tasks() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if tg_op = 'DELETE' then
    delete from public.search_documents d using old_rows o
    where d.tenant_id = o.tenant_id and d.kind = 'task' and d.record_id = o.id;
  else
    insert into public.search_documents (tenant_id, kind, record_id, body)
    select n.tenant_id, 'task', n.id, n.search_text from new_rows n
    on conflict (tenant_id, kind, record_id) do update set body = excluded.body where search_documents.body <> excluded.body;
  end if;
  return null;
end $$;
create trigger search_in after insert on tasks referencing new table as new_rows
  for each statement execute function house.index_tasks();
create trigger search_change after update on tasks referencing new table as new_rows
  for each statement execute function house.index_tasks();
create trigger search_out after delete on tasks referencing old table as old_rows
  for each statement execute function house.index_tasks();
