-- What a workspace and its people decide for themselves: places, holidays, pictures, and programs that act in somebody's
-- name.

create table departments (
  tenant_id uuid not null references tenants,
  id uuid not null,
  name text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index departments_name_key on departments (tenant_id, lower(name));
call house.tenant_table('departments');
call house.audited('departments');

create table locations (
  tenant_id uuid not null references tenants,
  id uuid not null,
  name text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index locations_name_key on locations (tenant_id, lower(name));
call house.tenant_table('locations');
call house.audited('locations');

create table holiday_calendars (
  tenant_id uuid not null references tenants,
  id uuid not null,
  name text not null,
  -- The one of whoever has no other.
  is_default boolean not null default false,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index holiday_calendars_name_key on holiday_calendars (tenant_id, lower(name));
create unique index holiday_calendars_default_key on holiday_calendars (tenant_id) where is_default;
call house.tenant_table('holiday_calendars');
call house.audited('holiday_calendars');

create table holidays (
  tenant_id uuid not null references tenants,
  id uuid not null,
  calendar_id uuid not null,
  day date not null,
  name text not null,
  -- A half-day holiday is 0.5 (DOMAIN: Payroll).
  half boolean not null default false,
  primary key (tenant_id, id),
  constraint holidays_day_key unique (tenant_id, calendar_id, day),
  foreign key (tenant_id, calendar_id) references holiday_calendars (tenant_id, id) on delete cascade
);
call house.tenant_table('holidays');
call house.audited('holidays');

-- Small pictures, made anew from what was brought: a workspace's logo, and each member's photo. One account's photo is a
-- row in each of its workspaces, so that no tenant transaction reads accounts.
create table pictures (
  tenant_id uuid not null references tenants,
  -- The workspace's id for its logo, a member's for their photo.
  id uuid not null,
  digest text not null,
  media_type text not null check (media_type in ('image/png', 'image/jpeg')),
  body bytea not null,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
call house.tenant_table('pictures');
call house.audited('pictures');
create policy identity on pictures to people360_identity using (true) with check (true);
grant select, insert, update, delete on pictures to people360_identity;
-- Which picture is theirs: the digest of its content, part of its address.
alter table members add column photo text;

-- Programs that act in a member's name, with no more rights than theirs.
create table api_tokens (
  tenant_id uuid not null references tenants,
  id uuid not null,
  member_id uuid not null,
  name text not null,
  -- SHA-256 of the secret, which is 256 random bits: nothing to guess, so nothing to slow down.
  secret_hash bytea not null,
  read_only boolean not null default false,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create index api_tokens_by_member on api_tokens (tenant_id, member_id, created_at desc);
call house.tenant_table('api_tokens', 'select, insert, update');
call house.audited('api_tokens');
-- Whose token it is, is asked before a tenant is known.
create policy identity on api_tokens for select to people360_identity using (true);
grant select on api_tokens to people360_identity;

drop function house.enter;
-- As before, with the member's photo and the workspace's locale.
create function house.enter(p_slug text, p_account uuid, p_session uuid)
returns table (
  tenant_id uuid, slug text, workspace text, status text, zone text, currency text, date_order text,
  accent text, logo text, locale text, require_second_factor boolean, session_idle_minutes int, session_days int,
  member_id uuid, name text, email text, photo text, role text, role_id uuid, role_name text, grants jsonb, employee_id uuid,
  privileges_at timestamptz, preferences jsonb, verified boolean, own_zone text, second_factor boolean,
  session_since timestamptz, session_seen timestamptz
)
language plpgsql stable security definer set search_path = pg_catalog, public rows 1 as $$
begin
  return query
    select t.id, t.slug, t.name, t.status, t.zone, t.currency, t.date_order,
           t.accent, t.logo, t.locale, t.require_second_factor, t.session_idle_minutes, t.session_days,
           m.id, m.name, m.email, m.photo, m.role, m.role_id, r.name, r.grants, m.employee_id,
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
