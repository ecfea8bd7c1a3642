-- Two owners who demote each other wait for one another, and an import under way holds up neither: the row is held so
-- that rows may go on pointing at it, which the audit event of the same change does.

create or replace function house.last_owner() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform from public.tenants where id = old.tenant_id for no key update;
  if not exists (select from public.members where tenant_id = old.tenant_id and role = 'owner' and deactivated_at is null) then
    raise exception 'the last owner' using errcode = 'check_violation', constraint = 'members_last_owner', table = 'members';
  end if;
  return null;
end $$;

-- Asked by their id alone, while nobody knows yet whose they are.
create index api_tokens_by_id on api_tokens (id);
create index invitations_by_id on invitations (id);

-- Who had the file brought in and who had it taken out again, where that was not whoever brought it: theirs are the
-- changes in the trail.
alter table imports add column started_by uuid, add column undone_by uuid;
alter table imports add constraint imports_started_by_fk foreign key (tenant_id, started_by) references members (tenant_id, id);
alter table imports add constraint imports_undone_by_fk foreign key (tenant_id, undone_by) references members (tenant_id, id);
