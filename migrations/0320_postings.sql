-- Jobs to fill: what is asked for, who said yes to it, how it is published, and who hires for it.

create table postings (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  title text not null,
  -- What stands in its public address: made once, and never another's.
  handle text not null,
  department text,
  location text,
  workplace text not null constraint postings_workplace check (workplace in ('on_site', 'hybrid', 'remote')),
  employment text not null
    constraint postings_employment check (employment in ('full_time', 'part_time', 'contract', 'temporary', 'internship')),
  -- How many people are wanted, and why.
  headcount int not null constraint postings_headcount check (headcount between 1 and 1000),
  reason text,
  description text not null,
  salary_from bigint constraint postings_salary_from check (salary_from >= 0),
  salary_to bigint,
  salary_currency text,
  salary_per text constraint postings_salary_per check (salary_per in ('year', 'month', 'hour')),
  -- Whether everybody who reads the posting sees it.
  salary_shown boolean not null default false,
  -- The last day on which somebody may apply.
  closes_on date,
  -- For colleagues alone.
  internal boolean not null default false,
  state text not null default 'draft'
    constraint postings_state check (state in ('draft', 'published', 'on_hold', 'closed', 'filled')),
  approval text not null default 'none' constraint postings_approval check (approval in ('none', 'asked', 'approved', 'declined')),
  asked_by uuid,
  asked_at timestamptz,
  decided_by uuid,
  decided_at timestamptz,
  decision text,
  published_at timestamptz,
  ended_at timestamptz,
  created_by uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  search_text text collate "C" not null generated always as (house.search_text(title, department, location, description)) stored,
  primary key (tenant_id, id),
  constraint postings_handle_key unique (tenant_id, handle),
  constraint postings_salary_whole check (
    (salary_currency is null) = (salary_from is null and salary_to is null) and (salary_currency is null) = (salary_per is null)),
  constraint postings_salary_order check (salary_to >= salary_from),
  constraint postings_approved check (state in ('draft', 'closed') or approval = 'approved'),
  constraint postings_asked_by_fk foreign key (tenant_id, asked_by) references members (tenant_id, id),
  constraint postings_decided_by_fk foreign key (tenant_id, decided_by) references members (tenant_id, id),
  constraint postings_created_by_fk foreign key (tenant_id, created_by) references members (tenant_id, id)
);
create index postings_by_title on postings (tenant_id, lower(title), id);
create index postings_by_created on postings (tenant_id, created_at, id);
create index postings_open on postings (tenant_id, published_at, id) where state = 'published';
create index postings_by_close on postings (tenant_id, closes_on) where state = 'published' and closes_on is not null;
create index postings_by_asked on postings (tenant_id, asked_by) where asked_by is not null;
create index postings_by_decided on postings (tenant_id, decided_by) where decided_by is not null;
create index postings_by_creator on postings (tenant_id, created_by) where created_by is not null;
call house.tenant_table('postings');
call house.audited('postings');
create policy relay on postings for select to people360_relay using (true);
grant select (tenant_id, state, closes_on) on postings to people360_relay;

-- Who hires for it, and as what.
create table posting_team (
  tenant_id uuid not null references tenants,
  id uuid not null,
  posting_id uuid not null,
  member_id uuid not null,
  role text not null constraint posting_team_role check (role in ('recruiter', 'hiring_manager', 'interviewer')),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint posting_team_once unique (tenant_id, posting_id, member_id),
  constraint posting_team_posting_fk foreign key (tenant_id, posting_id) references postings (tenant_id, id) on delete cascade,
  constraint posting_team_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create index posting_team_by_member on posting_team (tenant_id, member_id, posting_id);
call house.tenant_table('posting_team');
call house.audited('posting_team');

-- What whoever applies is asked.
create table posting_questions (
  tenant_id uuid not null references tenants,
  id uuid not null,
  posting_id uuid not null,
  place int not null,
  kind text not null constraint posting_questions_kind check (kind in ('text', 'choice', 'yes_no', 'file')),
  question text not null,
  options text[] not null default '{}',
  required boolean not null default false,
  -- The answer to a yes/no question by which somebody is probably not who is looked for.
  knock_out text constraint posting_questions_knock_out check (knock_out in ('yes', 'no')),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint posting_questions_knocks check (knock_out is null or kind = 'yes_no'),
  constraint posting_questions_options check ((kind = 'choice') = (cardinality(options) > 0)),
  constraint posting_questions_posting_fk foreign key (tenant_id, posting_id) references postings (tenant_id, id) on delete cascade
);
create index posting_questions_of_posting on posting_questions (tenant_id, posting_id, place, id);
call house.tenant_table('posting_questions');
call house.audited('posting_questions');

-- Through which stages an application goes: each posting has its own.
create table posting_stages (
  tenant_id uuid not null references tenants,
  id uuid not null,
  posting_id uuid not null,
  place int not null,
  name text not null,
  kind text not null
    constraint posting_stages_kind check (kind in ('new', 'screening', 'interview', 'offer', 'hired', 'rejected')),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint posting_stages_posting_fk foreign key (tenant_id, posting_id) references postings (tenant_id, id) on delete cascade
);
create index posting_stages_of_posting on posting_stages (tenant_id, posting_id, place, id);
call house.tenant_table('posting_stages');
call house.audited('posting_stages');
