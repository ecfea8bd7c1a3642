-- Attendance: stretches of work, weeks that are submitted and approved, and how many hours somebody is to work.

create table timesheets (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  employee_id uuid not null,
  -- A Monday.
  week_on date not null,
  state text not null default 'open' check (state in ('open', 'submitted', 'approved', 'returned')),
  comment text,
  submitted_at timestamptz,
  decided_at timestamptz,
  decided_by uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint timesheets_week_key unique (tenant_id, employee_id, week_on),
  constraint timesheets_monday check (extract(isodow from week_on) = 1),
  constraint timesheets_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id) on delete cascade,
  constraint timesheets_decided_by_fk foreign key (tenant_id, decided_by) references members (tenant_id, id)
);
create index timesheets_waiting on timesheets (tenant_id, week_on, id) where state = 'submitted';
create index timesheets_by_week on timesheets (tenant_id, week_on, id);
call house.tenant_table('timesheets');
call house.audited('timesheets');

-- A stretch is ended once and then stays. A correction is another row, which names the one that it is in place of.
create table attendance (
  tenant_id uuid not null references tenants,
  id uuid not null,
  timesheet_id uuid not null,
  employee_id uuid not null,
  kind text not null check (kind in ('work', 'break')),
  from_at timestamptz not null,
  -- Null: it goes on.
  until_at timestamptz,
  rest_minutes int not null default 0 check (rest_minutes >= 0),
  -- Of whoever was at work: their days are this zone's.
  zone text not null,
  typed boolean not null,
  reason text,
  -- Nobody said when it ended; it counts for nothing.
  forgotten boolean not null default false,
  replaces_id uuid,
  -- Taken out, or replaced by another row.
  voided_at timestamptz,
  voided_why text,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint attendance_timesheet_fk foreign key (tenant_id, timesheet_id) references timesheets (tenant_id, id) on delete cascade,
  constraint attendance_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id) on delete cascade,
  constraint attendance_replaces_fk foreign key (tenant_id, replaces_id) references attendance (tenant_id, id) on delete cascade,
  constraint attendance_times check (until_at >= from_at),
  constraint attendance_voided_whole check ((voided_at is null) = (voided_why is null))
);
-- At work once at a time.
create unique index attendance_running on attendance (tenant_id, employee_id) where until_at is null;
create index attendance_by_sheet on attendance (tenant_id, timesheet_id, from_at);
create index attendance_by_employee on attendance (tenant_id, employee_id, from_at);
call house.tenant_table('attendance');
call house.audited('attendance');

-- Who works other hours in a week than the workspace's.
create table weekly_hours (
  tenant_id uuid not null references tenants,
  employee_id uuid not null,
  minutes int not null check (minutes between 0 and 6000),
  updated_at timestamptz not null,
  id uuid not null generated always as (employee_id) stored,
  primary key (tenant_id, employee_id),
  constraint weekly_hours_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id) on delete cascade
);
call house.tenant_table('weekly_hours');
call house.audited('weekly_hours');
