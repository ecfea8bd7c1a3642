-- Departments stand below one another, and have a head.

alter table departments
  add column parent_id uuid,
  add column head_id uuid,
  add constraint departments_own_parent check (parent_id <> id),
  add constraint departments_parent_fk foreign key (tenant_id, parent_id) references departments (tenant_id, id)
    on delete set null (parent_id),
  add constraint departments_head_fk foreign key (tenant_id, head_id) references employees (tenant_id, id)
    on delete set null (head_id);
create index departments_by_parent on departments (tenant_id, parent_id) where parent_id is not null;

create function house.no_department_cycle() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
  above uuid := new.parent_id;
begin
  perform pg_advisory_xact_lock(hashtextextended('departments:' || new.tenant_id, 0));
  for step in 1..50 loop
    if above = new.id then
      raise exception 'a cycle of departments' using errcode = 'check_violation', constraint = 'departments_no_cycle', table = 'departments';
    end if;
    select parent_id into above from public.departments where tenant_id = new.tenant_id and id = above;
    if above is null then
      return null;
    end if;
  end loop;
  raise exception 'departments of more than 50 levels' using errcode = 'check_violation', constraint = 'departments_no_cycle', table = 'departments';
end $$;
create trigger no_department_cycle after insert or update of parent_id on departments
  for each row when (new.parent_id is not null) execute function house.no_department_cycle();
