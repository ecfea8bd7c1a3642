-- Candidates and their applications: one person, as many jobs as they like, each once.

create table candidates (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  email text,
  -- The address as everybody writes it who means the same one.
  email_key text,
  phone text,
  -- A colleague who applies.
  employee_id uuid,
  source text not null constraint candidates_source check (source in ('careers', 'internal', 'referral', 'added')),
  rating int constraint candidates_rating check (rating between 1 and 5),
  -- What was promised to them when they applied last, and when they agreed.
  notice text,
  retention_days int not null,
  consented_at timestamptz,
  erasure_asked_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint candidates_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id) on delete set null (employee_id)
);
create unique index candidates_email_key on candidates (tenant_id, email_key) where email_key is not null;
create unique index candidates_by_employee on candidates (tenant_id, employee_id) where employee_id is not null;
create index candidates_by_name on candidates (tenant_id, lower(name), id);
create index candidates_by_created on candidates (tenant_id, created_at, id);
call house.tenant_table('candidates');
call house.audited('candidates');

-- What a search finds somebody by: who they are, and what their CV says. Apart from the record, so that the trail keeps no CV.
create table candidate_words (
  tenant_id uuid not null references tenants,
  candidate_id uuid not null,
  who text not null,
  cv text,
  search_text text collate "C" not null generated always as (house.search_text(who, cv)) stored,
  primary key (tenant_id, candidate_id),
  constraint candidate_words_candidate_fk foreign key (tenant_id, candidate_id) references candidates (tenant_id, id) on delete cascade
);
call house.tenant_table('candidate_words');

create function house.index_candidate_words() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if tg_op = 'DELETE' then
    delete from public.search_documents d using old_rows o
    where d.tenant_id = o.tenant_id and d.kind = 'candidate' and d.record_id = o.candidate_id;
  else
    insert into public.search_documents (tenant_id, kind, record_id, body)
    select n.tenant_id, 'candidate', n.candidate_id, n.search_text from new_rows n
    on conflict (tenant_id, kind, record_id) do update set body = excluded.body where search_documents.body <> excluded.body;
  end if;
  return null;
end $$;
create trigger search_in after insert on candidate_words referencing new table as new_rows
  for each statement execute function house.index_candidate_words();
create trigger search_change after update on candidate_words referencing new table as new_rows
  for each statement execute function house.index_candidate_words();
create trigger search_out after delete on candidate_words referencing old table as old_rows
  for each statement execute function house.index_candidate_words();
revoke all on function house.index_candidate_words from public;

create table applications (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  candidate_id uuid not null,
  posting_id uuid not null,
  stage_id uuid not null,
  -- Since when it is in that stage.
  entered_at timestamptz not null,
  source text not null constraint applications_source check (source in ('careers', 'internal', 'referral', 'added')),
  letter text,
  -- Question and answer, in the words of the day.
  answers jsonb not null default '[]',
  -- An answer suggests that this is not who is looked for; a person decides.
  knocked_out boolean not null default false,
  cv_id uuid,
  -- Why it was turned down.
  reason text,
  -- When the mail about that goes out; none: nobody is told by mail.
  mail_at timestamptz,
  mailed_at timestamptz,
  withdrawn_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint applications_once unique (tenant_id, candidate_id, posting_id),
  constraint applications_candidate_fk foreign key (tenant_id, candidate_id) references candidates (tenant_id, id) on delete cascade,
  constraint applications_posting_fk foreign key (tenant_id, posting_id) references postings (tenant_id, id) on delete cascade,
  constraint applications_stage_fk foreign key (tenant_id, stage_id) references posting_stages (tenant_id, id),
  constraint applications_cv_fk foreign key (tenant_id, cv_id) references files (tenant_id, id) on delete set null (cv_id)
);
create index applications_on_board on applications (tenant_id, stage_id, entered_at, id);
create index applications_of_posting on applications (tenant_id, posting_id, created_at, id);
create index applications_by_cv on applications (tenant_id, cv_id) where cv_id is not null;
call house.tenant_table('applications');
call house.audited('applications');

-- Files that came with an application: the CV, and what questions ask for.
create table application_files (
  tenant_id uuid not null references tenants,
  file_id uuid not null,
  application_id uuid not null,
  question text,
  primary key (tenant_id, file_id),
  constraint application_files_file_fk foreign key (tenant_id, file_id) references files (tenant_id, id) on delete cascade,
  constraint application_files_application_fk foreign key (tenant_id, application_id) references applications (tenant_id, id) on delete cascade
);
create index application_files_of_application on application_files (tenant_id, application_id);
call house.tenant_table('application_files');

-- Through which stages it went, and when: only ever added to. What a stage was called then.
create table application_steps (
  tenant_id uuid not null references tenants,
  id bigint generated always as identity,
  application_id uuid not null,
  stage text not null,
  kind text not null,
  member_id uuid,
  entered_at timestamptz not null,
  primary key (tenant_id, id),
  constraint application_steps_application_fk foreign key (tenant_id, application_id) references applications (tenant_id, id) on delete cascade,
  constraint application_steps_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create index application_steps_of_application on application_steps (tenant_id, application_id, entered_at, id);
create index application_steps_by_member on application_steps (tenant_id, member_id) where member_id is not null;
call house.tenant_table('application_steps', 'select, insert');
