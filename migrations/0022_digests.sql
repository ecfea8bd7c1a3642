-- When each member's next digest is to be looked at, kept current by whatever it depends on.

create table digests (
  tenant_id uuid not null references tenants,
  member_id uuid not null,
  -- Null: none is wanted.
  next_at timestamptz,
  -- When their schedule began: what was due before is not sent.
  since timestamptz not null,
  -- The day of the last one.
  last_on date,
  primary key (tenant_id, member_id),
  constraint digests_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create index digests_due on digests (next_at, tenant_id) where next_at is not null;
create index digests_of_tenant on digests (tenant_id, next_at) where next_at is not null;
call house.tenant_table('digests', 'select, update');
-- The schedule asks which workspaces have one due, and no more.
create policy relay on digests for select to people360_relay using (true);
grant select (tenant_id, next_at) on digests to people360_relay;
create policy planner on digests to current_user using (true) with check (true);

-- Whoever joins, or has another role, schedule or zone, is looked at with the next tick. SECURITY DEFINER: members are
-- written in the identity role too, which needs no right on digests for that.
create function house.plan_digest() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  now_is timestamptz := coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp());
begin
  if tg_table_name = 'accounts' then
    update public.digests d set next_at = now_is, since = now_is from public.members m
    where m.account_id = new.id and d.tenant_id = m.tenant_id and d.member_id = m.id;
  else
    insert into public.digests (tenant_id, member_id, next_at, since) values (new.tenant_id, new.id, now_is, now_is)
    on conflict (tenant_id, member_id) do update set next_at = excluded.next_at, since = excluded.since;
  end if;
  return null;
end $$;
create trigger plan_digest after insert on members for each row execute function house.plan_digest();
create trigger replan_digest after update of role, role_id, deactivated_at, preferences on members for each row
  when ((old.role, old.role_id, old.deactivated_at, old.preferences -> 'digest', old.preferences -> 'mail.digest')
    is distinct from (new.role, new.role_id, new.deactivated_at, new.preferences -> 'digest', new.preferences -> 'mail.digest'))
  execute function house.plan_digest();
create trigger replan_digests after update of zone on accounts for each row
  when (old.zone is distinct from new.zone) execute function house.plan_digest();

insert into digests (tenant_id, member_id, next_at, since) select tenant_id, id, now(), now() from members;

-- Who leaves soon.
create index employees_by_end on employees (tenant_id, end_date, id) where archived_at is null and end_date is not null;
