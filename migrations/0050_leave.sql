-- Time off: a ledger that is only ever added to, the policies that write it, and requests with their answers.

-- Overlaps are refused by exclusion constraints over ids and ranges. Trusted: the owner of a database may create it.
create extension if not exists btree_gist;

create table leave_types (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  unit text not null check (unit in ('days', 'hours')),
  paid boolean not null default true,
  colour text not null,
  needs_reason boolean not null default false,
  -- Of an unlimited kind there is no balance: what was taken is counted.
  limited boolean not null default true,
  -- Who is asked, in this order; nobody: it is taken when it is told.
  steps text[] not null,
  -- Days after which somebody else is asked.
  patience int not null check (patience between 1 and 60),
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index leave_types_name_key on leave_types (tenant_id, lower(name)) where archived_at is null;
call house.tenant_table('leave_types', 'select, insert, update');
call house.audited('leave_types');

create table leave_policies (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  type_id uuid not null,
  -- With which day its years begin; a day that each month has.
  year_month int not null check (year_month between 1 and 12),
  year_day int not null check (year_day between 1 and 28),
  -- Who is on it unless somebody says another one for them.
  audience text not null check (audience in ('chosen', 'everybody', 'employment', 'location')),
  audience_value text not null default '',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint leave_policies_type_fk foreign key (tenant_id, type_id) references leave_types (tenant_id, id)
);
create unique index leave_policies_name_key on leave_policies (tenant_id, lower(name));
call house.tenant_table('leave_policies', 'select, insert, update');
call house.audited('leave_policies');

-- What a policy gives from a day on. A version that has landed is never changed: the next one is written.
create table leave_policy_versions (
  tenant_id uuid not null references tenants,
  id uuid not null,
  policy_id uuid not null,
  from_on date not null,
  terms jsonb not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint leave_policy_versions_day_key unique (tenant_id, policy_id, from_on),
  constraint leave_policy_versions_policy_fk foreign key (tenant_id, policy_id) references leave_policies (tenant_id, id)
);
call house.tenant_table('leave_policy_versions', 'select, insert');
call house.audited('leave_policy_versions');

-- Who is on which policy, when; one of a kind at a time.
create table leave_enrolments (
  tenant_id uuid not null references tenants,
  id uuid not null,
  employee_id uuid not null,
  policy_id uuid not null,
  type_id uuid not null,
  from_on date not null,
  until_on date,
  -- Not by a policy's rule, which therefore leaves it alone.
  by_hand boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint leave_enrolments_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id)
    on delete cascade,
  constraint leave_enrolments_policy_fk foreign key (tenant_id, policy_id) references leave_policies (tenant_id, id),
  constraint leave_enrolments_type_fk foreign key (tenant_id, type_id) references leave_types (tenant_id, id),
  constraint leave_enrolments_days check (until_on >= from_on),
  constraint leave_enrolments_one exclude using gist (
    tenant_id with =, employee_id with =, type_id with =, daterange(from_on, until_on, '[]') with &&)
);
create index leave_enrolments_by_policy on leave_enrolments (tenant_id, policy_id, employee_id);
call house.tenant_table('leave_enrolments');
-- What a rule does for thousands follows from the rule and the records.
create trigger audit after insert or update or delete on leave_enrolments
  for each row execute function house.audit();

-- When somebody's ledger of a kind is to be looked at next. The row is what two who write to it wait for.
create table leave_accounts (
  tenant_id uuid not null references tenants,
  employee_id uuid not null,
  type_id uuid not null,
  next_on date,
  primary key (tenant_id, employee_id, type_id),
  constraint leave_accounts_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id)
    on delete cascade,
  constraint leave_accounts_type_fk foreign key (tenant_id, type_id) references leave_types (tenant_id, id)
);
create index leave_accounts_due on leave_accounts (tenant_id, next_on) where next_on is not null;
call house.tenant_table('leave_accounts');
-- Where something is due, before a tenant is set.
create policy relay on leave_accounts for select to people360_relay using (true);
grant select on leave_accounts to people360_relay;

-- When somebody works, from a day on; whoever has no row works as the workspace does.
create table working_patterns (
  tenant_id uuid not null references tenants,
  id uuid not null,
  employee_id uuid not null,
  from_on date not null,
  -- Monday first.
  minutes smallint[] not null,
  half boolean[] not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint working_patterns_day_key unique (tenant_id, employee_id, from_on),
  constraint working_patterns_whole check (array_length(minutes, 1) = 7 and array_length(half, 1) = 7),
  constraint working_patterns_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id)
    on delete cascade
);
call house.tenant_table('working_patterns');
call house.audited('working_patterns');

create table leave_requests (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  employee_id uuid not null,
  type_id uuid not null,
  from_on date not null,
  to_on date not null,
  from_midday boolean not null default false,
  to_midday boolean not null default false,
  -- Some minutes of one day.
  minutes smallint,
  -- What it takes, in the unit of its kind: the sum of its days.
  amount numeric(12, 4) not null,
  reason text,
  state text not null check (state in ('requested', 'approved', 'cancelling', 'declined', 'cancelled')),
  -- Asked to be cancelled from this day on.
  back_on date,
  -- Null: the system's own work.
  asked_by uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint leave_requests_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id)
    on delete cascade,
  constraint leave_requests_type_fk foreign key (tenant_id, type_id) references leave_types (tenant_id, id),
  constraint leave_requests_asked_by_fk foreign key (tenant_id, asked_by) references members (tenant_id, id),
  constraint leave_requests_days check (to_on >= from_on),
  -- Two halves of one day are no overlap.
  constraint leave_requests_no_overlap exclude using gist (
    tenant_id with =, employee_id with =,
    int4range((from_on - date '2000-01-01') * 2 + from_midday::int, (to_on - date '2000-01-01') * 2 + 2 - to_midday::int) with &&)
    where (state in ('requested', 'approved', 'cancelling'))
);
create index leave_requests_by_employee on leave_requests (tenant_id, employee_id, from_on);
-- Who is away when: what a calendar asks.
create index leave_requests_standing on leave_requests (tenant_id, to_on, from_on) where state in ('requested', 'approved', 'cancelling');
call house.tenant_table('leave_requests');
call house.audited('leave_requests');

-- What each day of a request takes, by the pattern and the holidays as they were when it was asked for.
create table leave_request_days (
  tenant_id uuid not null references tenants,
  request_id uuid not null,
  day date not null,
  amount numeric(12, 4) not null,
  minutes smallint not null,
  primary key (tenant_id, request_id, day),
  constraint leave_request_days_request_fk foreign key (tenant_id, request_id) references leave_requests (tenant_id, id)
    on delete cascade
);
call house.tenant_table('leave_request_days', 'select, insert');

-- The ledger. The app role adds to it and cannot change it.
create table leave_ledger (
  tenant_id uuid not null references tenants,
  id uuid not null,
  employee_id uuid not null,
  type_id uuid not null,
  on_day date not null,
  kind text not null check (kind in ('grant', 'accrual', 'use', 'expiry', 'carry_over', 'adjustment', 'encashment', 'reversal')),
  amount numeric(12, 4) not null,
  expires_on date,
  -- The lot that is over, or the use that is taken back.
  of_id uuid,
  -- Of what accrues: by which policy, for which period, and what that was worth before caps.
  policy_id uuid,
  period date,
  earned numeric(12, 4),
  -- One period may be corrected; twice the same correction is once.
  turn int not null default 0,
  request_id uuid,
  reason text,
  -- Null: it follows from a policy.
  by_member uuid,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint leave_ledger_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id) on delete cascade,
  constraint leave_ledger_type_fk foreign key (tenant_id, type_id) references leave_types (tenant_id, id),
  constraint leave_ledger_policy_fk foreign key (tenant_id, policy_id) references leave_policies (tenant_id, id),
  constraint leave_ledger_request_fk foreign key (tenant_id, request_id) references leave_requests (tenant_id, id) on delete cascade,
  constraint leave_ledger_by_fk foreign key (tenant_id, by_member) references members (tenant_id, id)
);
create index leave_ledger_by_employee on leave_ledger (tenant_id, employee_id, type_id, on_day);
create index leave_ledger_by_request on leave_ledger (tenant_id, request_id) where request_id is not null;
-- Accrual is idempotent per employee, policy and period (DOMAIN: Leave).
create unique index leave_ledger_once on leave_ledger (tenant_id, employee_id, type_id, policy_id, period, turn) where earned is not null;
call house.tenant_table('leave_ledger', 'select, insert');
-- What follows from a policy or a request is told by those; what somebody writes by hand is told here.
create trigger audit after insert on leave_ledger
  for each row when (new.kind in ('adjustment', 'encashment')) execute function house.audit();

-- Who is asked about a request, one after another.
create table leave_steps (
  tenant_id uuid not null references tenants,
  id uuid not null,
  request_id uuid not null,
  -- `leave`, or `cancel` of leave that has begun.
  about text not null check (about in ('leave', 'cancel')),
  place int not null,
  office text not null,
  -- Null: anybody who may approve everybody's.
  member_id uuid,
  -- Why it is not whom one would expect.
  because text,
  -- Who had it and did not answer, or could not.
  passed uuid[] not null default '{}',
  asked_at timestamptz not null,
  due_at timestamptz not null,
  state text not null check (state in ('open', 'approved', 'declined', 'withdrawn')),
  answered_by uuid,
  answered_at timestamptz,
  note text not null default '',
  primary key (tenant_id, id),
  constraint leave_steps_request_fk foreign key (tenant_id, request_id) references leave_requests (tenant_id, id) on delete cascade,
  constraint leave_steps_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id),
  constraint leave_steps_answered_by_fk foreign key (tenant_id, answered_by) references members (tenant_id, id),
  constraint leave_steps_answered check ((state in ('approved', 'declined')) = (answered_by is not null))
);
-- One is asked at a time.
create unique index leave_steps_open_key on leave_steps (tenant_id, request_id) where state = 'open';
create index leave_steps_of_member on leave_steps (tenant_id, member_id, due_at) where state = 'open';
create index leave_steps_by_request on leave_steps (tenant_id, request_id, place);
call house.tenant_table('leave_steps', 'select, insert, update');
call house.audited('leave_steps');
create policy relay on leave_steps for select to people360_relay using (true);
grant select (tenant_id, state) on leave_steps to people360_relay;

-- Who answers for somebody while they are away.
create table leave_delegates (
  tenant_id uuid not null references tenants,
  -- The member themselves.
  id uuid not null,
  delegate_id uuid not null,
  from_on date,
  until_on date,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint leave_delegates_member_fk foreign key (tenant_id, id) references members (tenant_id, id),
  constraint leave_delegates_delegate_fk foreign key (tenant_id, delegate_id) references members (tenant_id, id),
  constraint leave_delegates_other check (delegate_id <> id),
  constraint leave_delegates_days check (until_on >= from_on)
);
call house.tenant_table('leave_delegates');
call house.audited('leave_delegates');

-- Days on which no leave is given.
create table leave_blackouts (
  tenant_id uuid not null references tenants,
  id uuid not null,
  name text not null,
  from_on date not null,
  to_on date not null,
  -- Null: everybody's.
  department text,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint leave_blackouts_days check (to_on >= from_on)
);
call house.tenant_table('leave_blackouts');
call house.audited('leave_blackouts');

-- How many of a department are to be there on each working day.
create table leave_covers (
  tenant_id uuid not null references tenants,
  id uuid not null,
  department text not null,
  least int not null check (least between 1 and 1000),
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index leave_covers_department_key on leave_covers (tenant_id, lower(department));
call house.tenant_table('leave_covers');
call house.audited('leave_covers');

-- Calendars that other programs read at an address that only its owner knows: the row's seal, which is stored nowhere.
create table calendar_feeds (
  tenant_id uuid not null references tenants,
  id uuid not null,
  member_id uuid not null,
  what text not null check (what in ('own', 'team')),
  created_at timestamptz not null,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  constraint calendar_feeds_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create index calendar_feeds_by_member on calendar_feeds (tenant_id, member_id) where revoked_at is null;
call house.tenant_table('calendar_feeds', 'select, insert, update');
call house.audited('calendar_feeds');

-- The holidays of a location; the workspace's default where there are none.
alter table locations add column calendar_id uuid;
alter table locations add constraint locations_calendar_fk foreign key (tenant_id, calendar_id)
  references holiday_calendars (tenant_id, id) on delete set null (calendar_id);
