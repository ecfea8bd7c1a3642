-- The door is shut from the day after the last one, and not from when a worker has come round: deactivation takes effect on
-- the next request (DOMAIN: Permissions). So it says which day the last one is, where nobody has tended to it yet. The rest is as
-- in 0021.

create policy door on departures for select to current_user using (true);

drop function house.enter;

create function house.enter(p_slug text, p_account uuid, p_session uuid)
returns table (
  tenant_id uuid, slug text, workspace text, status text, zone text, currency text, date_order text,
  accent text, logo text, locale text, require_second_factor boolean, session_idle_minutes int, session_days int,
  member_id uuid, name text, email text, photo text, role text, role_id uuid, role_name text, grants jsonb, employee_id uuid,
  privileges_at timestamptz, preferences jsonb, verified boolean, own_zone text, second_factor boolean,
  session_since timestamptz, session_seen timestamptz, unread bigint, left_on date
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
              where n.tenant_id = t.id and n.member_id = m.id and n.in_app and n.read_at is null limit 100) u),
           (select d.ends_on from public.departures d
            where d.tenant_id = t.id and d.employee_id = m.employee_id and d.ended_at is null)
    from public.tenants t
    join public.members m on m.tenant_id = t.id and m.account_id = p_account and m.deactivated_at is null
    join public.accounts a on a.id = m.account_id
    left join public.sessions s on s.id = p_session and s.account_id = a.id and s.ended_at is null
    left join public.roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
    where t.slug = p_slug;
end $$;
revoke all on function house.enter from public;
grant execute on function house.enter to people360_app;
