-- What people write beside a record, and the words that they mark it with.

-- The text is in `body`, which the audit trail leaves out: what stands in a chain that nobody can change could not be
-- taken back by who wrote it. The trail tells that a note was written, changed and deleted, by whom and of what.
create table notes (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  -- Each kind of record has its own column, so that each is a reference.
  employee_id uuid,
  customer_id uuid,
  record_id uuid generated always as (coalesce(employee_id, customer_id)) stored,
  -- Members are named by their ids, `@[…]`, so that a new name shows in old notes.
  body text not null,
  -- For whoever may change the record, and never for whom it is about.
  private boolean not null default false,
  -- Null: the system's own work wrote it.
  author_id uuid,
  edited_at timestamptz,
  deleted_at timestamptz,
  deleted_by uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint notes_author_fk foreign key (tenant_id, author_id) references members (tenant_id, id),
  constraint notes_deleted_by_fk foreign key (tenant_id, deleted_by) references members (tenant_id, id),
  constraint notes_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id) on delete cascade,
  constraint notes_customer_fk foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade,
  constraint notes_one_record check (num_nonnulls(employee_id, customer_id) = 1),
  constraint notes_private check (not private or employee_id is not null)
);
create index notes_by_record on notes (tenant_id, record_id, created_at, id) where deleted_at is null;
call house.tenant_table('notes');
call house.audited('notes');

create table tags (
  tenant_id uuid not null references tenants,
  id uuid not null,
  name text not null,
  colour text not null check (colour in ('grey', 'blue', 'green', 'amber', 'red', 'purple', 'teal', 'pink')),
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index tags_name_key on tags (tenant_id, lower(name));
call house.tenant_table('tags');
call house.audited('tags');

create table record_tags (
  tenant_id uuid not null references tenants,
  tag_id uuid not null,
  employee_id uuid,
  customer_id uuid,
  record_id uuid not null generated always as (coalesce(employee_id, customer_id)) stored,
  created_at timestamptz not null,
  primary key (tenant_id, tag_id, record_id),
  constraint record_tags_tag_fk foreign key (tenant_id, tag_id) references tags (tenant_id, id) on delete cascade,
  constraint record_tags_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id) on delete cascade,
  constraint record_tags_customer_fk foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade,
  constraint record_tags_one_record check (num_nonnulls(employee_id, customer_id) = 1)
);
create index record_tags_by_record on record_tags (tenant_id, record_id, tag_id);
call house.tenant_table('record_tags', 'select, insert, delete');

-- A tag on a record is a change of that record, told among its own. SECURITY DEFINER, as house.audit.
create function house.audit_tag() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  r public.record_tags := case when tg_op = 'DELETE' then old else new end;
  id jsonb := to_jsonb(r.tag_id);
begin
  insert into public.audit_events (tenant_id, at, actor, cause, address, record, record_id, action, changes)
  values (
    r.tenant_id,
    coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp()),
    coalesce(nullif(current_setting('app.actor', true), ''), 'system'),
    nullif(current_setting('app.cause', true), ''),
    nullif(current_setting('app.address', true), ''),
    case when r.employee_id is null then 'customers' else 'employees' end, r.record_id, 'update',
    jsonb_build_object('tag_id', case when tg_op = 'DELETE' then jsonb_build_array(id, null) else jsonb_build_array(null, id) end)
  );
  return null;
end $$;
create trigger audit after insert or delete on record_tags for each row execute function house.audit_tag();
