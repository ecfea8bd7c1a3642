-- What people ask to have changed of their own record: a row for each field, answered one by one.

create table change_requests (
  tenant_id uuid not null references tenants,
  id uuid not null,
  employee_id uuid not null,
  field text not null,
  -- As the class of the field: who answers it.
  class text not null check (class in ('directory', 'personal', 'pay')),
  old_value text,
  new_value text,
  -- Of an account's number, which is kept encrypted; the values are its end.
  old_sealed bytea,
  new_sealed bytea,
  state text not null default 'open' check (state in ('open', 'approved', 'rejected', 'withdrawn', 'replaced')),
  reason text,
  asked_at timestamptz not null,
  decided_at timestamptz,
  decided_by uuid,
  primary key (tenant_id, id),
  constraint change_requests_decided check ((state = 'open') = (decided_at is null)),
  constraint change_requests_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id) on delete cascade,
  constraint change_requests_decided_by_fk foreign key (tenant_id, decided_by) references members (tenant_id, id)
);
-- One of a field at a time; a newer one takes its place.
create unique index change_requests_open on change_requests (tenant_id, employee_id, field) where state = 'open';
create index change_requests_waiting on change_requests (tenant_id, asked_at, id) where state = 'open';
create index change_requests_by_employee on change_requests (tenant_id, employee_id, asked_at);
call house.tenant_table('change_requests');
call house.audited('change_requests');
