-- What is known of somebody beside the record's own row: what they are called, where they live, whom to call, where their
-- pay goes. Tables of their own, so that the row of the list stays narrow. Their ids are the employee's: what changes in
-- them is told with the record.

create table employee_details (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  preferred_name text,
  probation_end date,
  -- Day and month of a birthday are shown to colleagues, unless one would rather not.
  hides_birthday boolean not null default false,
  private_email text,
  private_phone text,
  nationality text,
  street text,
  street_2 text,
  postal_code text,
  city text,
  region text,
  country text,
  -- Name, relation, phone; in the order in which to try. Always read and written together.
  contacts jsonb,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint employee_details_employee_fk foreign key (tenant_id, id) references employees (tenant_id, id) on delete cascade
);
create index employee_details_probation on employee_details (tenant_id, probation_end) where probation_end is not null;
create index employee_details_called on employee_details (tenant_id, lower(preferred_name)) where preferred_name is not null;
call house.tenant_table('employee_details');
call house.audited('employee_details');
-- The schedule asks which workspaces have a probation that ends soon.
create policy relay on employee_details for select to people360_relay using (true);
grant select (tenant_id, probation_end) on employee_details to people360_relay;

create table bank_accounts (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  account_holder text not null,
  -- Encrypted under SECRET_KEY for this employee alone; beside it the end by which an account is known again.
  iban_sealed bytea not null,
  iban text not null,
  bic text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint bank_accounts_end check (length(iban) <= 4),
  constraint bank_accounts_employee_fk foreign key (tenant_id, id) references employees (tenant_id, id) on delete cascade
);
call house.tenant_table('bank_accounts');
call house.audited('bank_accounts');

-- Day and month, month × 100 + day: whose days come round is asked of an index. Columns, where an expression would do:
-- `extract` is not leakproof, and row-level security would keep it out of the index.
alter table employees
  add column birth_of_year smallint generated always as
    ((extract(month from birth_date) * 100 + extract(day from birth_date))::smallint) stored,
  add column start_of_year smallint generated always as
    ((extract(month from start_date) * 100 + extract(day from start_date))::smallint) stored;
create index employees_by_birthday on employees (tenant_id, birth_of_year, name_key) where archived_at is null and birth_of_year is not null;
create index employees_by_anniversary on employees (tenant_id, start_of_year, name_key) where archived_at is null and start_of_year is not null;

-- The directory is everybody's. Whoever has a role of the workspace's own keeps what all had before there was a right
-- to it; a workspace may take it away.
alter table roles no force row level security;
update roles set grants = grants || '{"directory.read": "all"}' where grants ? 'employees.read';
alter table roles force row level security;
