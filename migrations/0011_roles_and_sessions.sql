-- Who someone is and what they may do: roles of twelve kinds and of a workspace's own, the employee behind a member,
-- sessions that can be ended one by one, a second factor, and what a workspace decides for itself.

-- ── roles ──────────────────────────────────────────────────────────────────────────────────────────────────────

-- A role that a workspace has made for itself. The built-in ones are in domain/src/access.rs.
create table roles (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  description text not null default '',
  -- {"employees.read": "all", "employees.pay": "team"}: what is not in it is denied.
  grants jsonb not null check (jsonb_typeof(grants) = 'object'),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index roles_name_key on roles (tenant_id, lower(name));
call house.tenant_table('roles');
call house.audited('roles');

alter table members
  add column version int not null default 1,
  add column role_id uuid,
  -- When their rights last changed: a session that is older than that gets a new id with its next request.
  add column privileges_at timestamptz,
  add column deactivated_by uuid;
alter table members drop constraint members_role_check;
alter table members add constraint members_role_check check (role in (
  'owner', 'admin', 'hr_manager', 'recruiter', 'payroll_officer', 'manager', 'sales_manager', 'sales_rep',
  'support_manager', 'support_agent', 'employee', 'auditor', 'custom'));
alter table members add constraint members_role_whole check ((role = 'custom') = (role_id is not null));
alter table members add constraint members_role_fk foreign key (tenant_id, role_id) references roles (tenant_id, id);
create index members_by_role on members (tenant_id, role, role_id);

alter table invitations add column role_id uuid;
alter table invitations drop constraint invitations_role_check;
alter table invitations add constraint invitations_role_check check (role in (
  'owner', 'admin', 'hr_manager', 'recruiter', 'payroll_officer', 'manager', 'sales_manager', 'sales_rep',
  'support_manager', 'support_agent', 'employee', 'auditor', 'custom'));
alter table invitations add constraint invitations_role_whole check ((role = 'custom') = (role_id is not null));
alter table invitations add constraint invitations_role_fk foreign key (tenant_id, role_id) references roles (tenant_id, id);

-- A workspace without an owner is nobody's. SECURITY DEFINER: the lock is on the workspace's own row, so that two
-- owners who demote each other at the same time wait for one another.
create function house.last_owner() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform from public.tenants where id = old.tenant_id for update;
  if not exists (select from public.members where tenant_id = old.tenant_id and role = 'owner' and deactivated_at is null) then
    raise exception 'the last owner' using errcode = 'check_violation', constraint = 'members_last_owner', table = 'members';
  end if;
  return null;
end $$;
create policy door_lock on tenants for update to current_user using (true) with check (false);
create trigger last_owner after update of role, deactivated_at on members
  for each row when (old.role = 'owner' and old.deactivated_at is null and (new.role <> 'owner' or new.deactivated_at is not null))
  execute function house.last_owner();

-- ── the reporting tree as a scope ──────────────────────────────────────────────────────────────────────────────

-- The employee that a member is. On the member's side, so that the door needs no look at employees.
alter table members add column employee_id uuid;
alter table members add constraint members_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id);
create unique index members_employee_key on members (tenant_id, employee_id) where employee_id is not null;

-- The reader's own employee record; null for whoever has none. Set with the transaction (store/src/db.rs).
create function house.me() returns uuid
language sql stable parallel safe set search_path = pg_catalog as $$
  select nullif(current_setting('app.employee', true), '')::uuid
$$;
-- The reader as a member.
create function house.me_member() returns uuid
language sql stable parallel safe set search_path = pg_catalog as $$
  select nullif(current_setting('app.member', true), '')::uuid
$$;

-- Everyone below the reader in the reporting tree, and the reader (DOMAIN: Permissions: team = everyone below). Asked
-- anew by each statement, so a change of manager holds with the next request. UNION ends a circle that should not be.
create function house.team() returns setof uuid
language sql stable rows 50 set search_path = pg_catalog, public as $$
  with recursive below (id) as (
    select house.me() where house.me() is not null
    union
    select e.id from public.employees e join below b on e.manager_id = b.id
  )
  select id from below
$$;
-- The members among them.
create function house.team_members() returns setof uuid
language sql stable rows 50 set search_path = pg_catalog, public as $$
  select house.me_member() where house.me_member() is not null
  union
  select m.id from public.members m where m.employee_id in (select house.team())
$$;

-- ── sessions and the second factor ─────────────────────────────────────────────────────────────────────────────

-- A device on which somebody is signed in. The cookie's own id is only in Redis; this row says whether it still counts.
create table sessions (
  id uuid primary key,
  account_id uuid not null references accounts on delete cascade,
  created_at timestamptz not null,
  -- Last use, noted no more than once in five minutes.
  seen_at timestamptz not null,
  address text not null default '',
  agent text not null default '',
  ended_at timestamptz
);
create index sessions_by_account on sessions (account_id, seen_at desc);
create index sessions_seen on sessions (seen_at);
grant select, insert, update, delete on sessions to people360_identity;

alter table accounts
  -- The TOTP secret, encrypted under SECRET_KEY. Set while it is being set up, in force from `totp_since` on.
  add column totp_secret bytea,
  add column totp_since timestamptz,
  -- The last time step whose code was taken: a code works once (RFC 6238 §5.2).
  add column totp_step bigint,
  -- IANA zone of their own; null: the workspace's.
  add column zone text,
  -- For other times a zone is not enough.
  add column language text not null default 'en';
alter table accounts drop column sessions_from;

-- ── what a workspace decides for itself ────────────────────────────────────────────────────────────────────────

alter table tenants
  add column version int not null default 1,
  add column accent text check (accent ~ '^#[0-9a-f]{6}$'),
  -- Which picture is the logo: the digest of its content, part of its address.
  add column logo text,
  add column address text,
  add column country text check (country ~ '^[A-Z]{2}$'),
  add column locale text not null default 'en-US',
  -- The first day of the fiscal year.
  add column fiscal_month smallint not null default 1 check (fiscal_month between 1 and 12),
  add column fiscal_day smallint not null default 1 check (fiscal_day between 1 and 28),
  -- ISO weekdays, Monday is 1.
  add column working_days smallint[] not null default '{1,2,3,4,5}',
  add column day_minutes smallint not null default 480 check (day_minutes between 30 and 1440),
  add column week_start smallint not null default 1 check (week_start in (1, 6, 7)),
  -- Security policy.
  add column require_second_factor boolean not null default false,
  add column session_idle_minutes int not null default 20160 check (session_idle_minutes between 15 and 43200),
  add column session_days int not null default 30 check (session_days between 1 and 90),
  -- Addresses that may be invited; empty: any.
  add column email_domains text[] not null default '{}';

-- ── the door ───────────────────────────────────────────────────────────────────────────────────────────────────

drop function house.enter;
-- Which member an account is in the workspace of this slug, with what rights, and whether its session still counts.
-- Runs before any tenant is set, hence SECURITY DEFINER; it answers for one slug, one account and one session only.
create function house.enter(p_slug text, p_account uuid, p_session uuid)
returns table (
  tenant_id uuid, slug text, workspace text, status text, zone text, currency text, date_order text,
  accent text, logo text, locale text, require_second_factor boolean, session_idle_minutes int, session_days int,
  member_id uuid, name text, email text, role text, role_id uuid, role_name text, grants jsonb, employee_id uuid,
  privileges_at timestamptz, preferences jsonb, verified boolean, own_zone text, second_factor boolean,
  session_since timestamptz, session_seen timestamptz
)
language plpgsql stable security definer set search_path = pg_catalog, public rows 1 as $$
begin
  return query
    select t.id, t.slug, t.name, t.status, t.zone, t.currency, t.date_order,
           t.accent, t.logo, t.locale, t.require_second_factor, t.session_idle_minutes, t.session_days,
           m.id, m.name, m.email, m.role, m.role_id, r.name, r.grants, m.employee_id,
           m.privileges_at, m.preferences, m.verified, a.zone, a.totp_since is not null,
           s.created_at, s.seen_at
    from public.tenants t
    join public.members m on m.tenant_id = t.id and m.account_id = p_account and m.deactivated_at is null
    join public.accounts a on a.id = m.account_id
    left join public.sessions s on s.id = p_session and s.account_id = a.id and s.ended_at is null
    left join public.roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
    where t.slug = p_slug;
end $$;
revoke all on function house.enter from public;
grant execute on function house.enter to people360_app;
create policy door on roles for select to current_user using (true);

-- Whoever chooses a workspace, or looks at an invitation, is told what they are there.
create policy identity on roles for select to people360_identity using (true);
grant select on roles to people360_identity;
