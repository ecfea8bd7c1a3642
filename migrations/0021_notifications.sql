-- What people are told of: one row per member and notice, the bell's count at the door, and a ring when it changes.

create table notifications (
  tenant_id uuid not null references tenants,
  id uuid not null,
  member_id uuid not null,
  kind text not null,
  key text not null,
  title text not null,
  body text,
  -- Within the workspace.
  path text not null,
  -- Where it shows: the bell and its page; the next digest.
  in_app boolean not null,
  in_digest boolean not null,
  -- When its mail may go out; null: none.
  mail_at timestamptz,
  mailed_at timestamptz,
  -- The mail that took it along.
  mail_id uuid,
  created_at timestamptz not null,
  read_at timestamptz,
  primary key (tenant_id, id),
  constraint notifications_once unique (tenant_id, member_id, kind, key),
  constraint notifications_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id)
);
-- Ids are in the order of time.
create index notifications_newest on notifications (tenant_id, member_id, id) where in_app;
create index notifications_unread on notifications (tenant_id, member_id, id) where in_app and read_at is null;
create index notifications_to_mail on notifications (tenant_id, member_id) where mail_at is not null and mailed_at is null;
create index notifications_to_digest on notifications (tenant_id, member_id, created_at) where in_digest;
create index notifications_old on notifications (tenant_id, created_at);
call house.tenant_table('notifications');
create policy door on notifications for select to current_user using (true);

-- Rings when a transaction that changes somebody's bell commits. Who hears it passes it on to the web's processes.
create function house.ring_bells() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  perform pg_notify('bells', b.tenant_id || '/' || b.member_id)
  from (select distinct tenant_id, member_id from changed where in_app) b;
  return null;
end $$;
create trigger ring_added after insert on notifications
  referencing new table as changed for each statement execute function house.ring_bells();
create trigger ring_changed after update on notifications
  referencing new table as changed for each statement execute function house.ring_bells();

-- The zones of those who have chosen one. SECURITY DEFINER: they stand with the accounts, which no tenant transaction
-- reads; it answers for the transaction's own workspace only.
create function house.member_zones(p_members uuid[]) returns table (member_id uuid, zone text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select m.id, a.zone from public.members m join public.accounts a on a.id = m.account_id
  where m.tenant_id = current_setting('app.tenant_id')::uuid and m.id = any(p_members) and a.zone is not null
$$;
revoke all on function house.member_zones from public;
grant execute on function house.member_zones to people360_app;

drop function house.enter;
-- As before, with what is unread.
create function house.enter(p_slug text, p_account uuid, p_session uuid)
returns table (
  tenant_id uuid, slug text, workspace text, status text, zone text, currency text, date_order text,
  accent text, logo text, locale text, require_second_factor boolean, session_idle_minutes int, session_days int,
  member_id uuid, name text, email text, photo text, role text, role_id uuid, role_name text, grants jsonb, employee_id uuid,
  privileges_at timestamptz, preferences jsonb, verified boolean, own_zone text, second_factor boolean,
  session_since timestamptz, session_seen timestamptz, unread bigint
)
language plpgsql stable security definer set search_path = pg_catalog, public rows 1 as $$
begin
  return query
    select t.id, t.slug, t.name, t.status, t.zone, t.currency, t.date_order,
           t.accent, t.logo, t.locale, t.require_second_factor, t.session_idle_minutes, t.session_days,
           m.id, m.name, m.email, m.photo, m.role, m.role_id, r.name, r.grants, m.employee_id,
           m.privileges_at, m.preferences, m.verified, a.zone, a.totp_since is not null,
           s.created_at, s.seen_at,
           (select count(*) from (
              select 1 from public.notifications n
              where n.tenant_id = t.id and n.member_id = m.id and n.in_app and n.read_at is null limit 100) u)
    from public.tenants t
    join public.members m on m.tenant_id = t.id and m.account_id = p_account and m.deactivated_at is null
    join public.accounts a on a.id = m.account_id
    left join public.sessions s on s.id = p_session and s.account_id = a.id and s.ended_at is null
    left join public.roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
    where t.slug = p_slug;
end $$;
revoke all on function house.enter from public;
grant execute on function house.enter to people360_app;
